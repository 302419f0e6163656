import assert from "node:assert/strict";
import type { Place, Result } from "./command.ts";
import { processTree } from "./processes.ts";

/**
 * Starts an update, and once it has printed `seen` holds its engine where it is (SIGSTOP) while `meanwhile` runs; then
 * the engine goes on, unless it was killed, and the update's result is given. Linux only.
 */
export async function heldUpdate(
  start: (how: Pick<Place, "onStart" | "onText">) => Promise<Result>,
  seen: RegExp,
  meanwhile: (pid: number) => Promise<void>,
): Promise<Result> {
  let pid = 0;
  const reached = Promise.withResolvers<"reached">();
  const update = start({
    onStart: (started) => (pid = started),
    onText: (text) => seen.test(text) && reached.resolve("reached"),
  });
  const first = await Promise.race([reached.promise, update]);
  if (first !== "reached") throw new Error(`the update ended before it printed ${seen}:\n${first.text}`);
  const engines = (await processTree(pid)).filter(({ name }) => name === "pulumi");
  assert.equal(engines.length, 1, "the update has one engine");
  const signal = (name: NodeJS.Signals) => engines.forEach((engine) => void process.kill(engine.pid, name));
  signal("SIGSTOP");
  try {
    await meanwhile(pid);
  } finally {
    signal("SIGCONT");
  }
  return update;
}
