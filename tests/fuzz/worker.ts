import fc from "fast-check";
import type { Round, RoundResult } from "./messages.ts";
import { readers } from "./readers.ts";
import { roundTrips } from "./round-trips.ts";

/** Runs one round after the other; the process that started it watches, and ends it where a round never ends. */
process.on("message", (round: Round) => {
  run(round).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      throw error;
    },
  );
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");

async function run({ name, seed, runs, path }: Round): Promise<RoundResult> {
  const found = [...readers, ...roundTrips].find((it) => it.name === name);
  if (found === undefined) throw new Error(`there is no property ${name}`);
  const details = await fc.check(found.property, { seed, numRuns: runs, ...(path !== undefined && { path }) });
  const result = { cases: details.numRuns + details.numShrinks, peak: process.resourceUsage().maxRSS * 1024 };
  if (!details.failed) return result;
  const input = inputOf(details.counterexample?.[0]);
  const { errorInstance: error, counterexamplePath } = details;
  return {
    ...result,
    failure: {
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      path: counterexamplePath ?? "",
      ...(input !== undefined && { input }),
    },
  };
}

function inputOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("bytes" in value)) return undefined;
  return value.bytes instanceof Uint8Array ? Buffer.from(value.bytes).toString("base64") : undefined;
}
