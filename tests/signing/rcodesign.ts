import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";

/** What a stand-in of rcodesign is told. */
export interface StandIn {
  /** What it must not find among its arguments and variables. */
  readonly secrets: readonly string[];
  readonly version?: string;
  readonly fails?: boolean;
  readonly forgetsRuntime?: boolean;
  readonly losesSlice?: boolean;
  /** Signs nothing, and runs for a minute where nobody ends it. */
  readonly hangs?: boolean;
}

/** What one run of it was asked for: its options without dashes, the input, and where it wrote. */
export type StandInRun = Readonly<Record<string, string>>;

/**
 * Puts a stand-in of rcodesign (rcodesign-stand-in.ts) in front of PATH for a test, and gives what tells it anew and what
 * lists its runs. Not for Windows, whose programs are no scripts.
 */
export async function standInRcodesign(context: TestContext, told: StandIn) {
  const folder = await scratch(context);
  const script = join(import.meta.dirname, "rcodesign-stand-in.ts");
  const program = `#!${process.execPath}\nimport(${JSON.stringify(script)});\n`;
  await writeFile(join(folder, "rcodesign"), program, { mode: 0o755 });
  const tell = (now: StandIn) =>
    writeFile(join(folder, "stand-in.json"), JSON.stringify({ version: "rcodesign 0.29.0", ...now }));
  await tell(told);
  usePath(context, `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
  const runs = async (): Promise<readonly StandInRun[]> => {
    const lines = await readFile(join(folder, "runs.jsonl"), "utf8").catch(() => "");
    return lines.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as StandInRun]));
  };
  return { tell, runs };
}

/** A PATH without rcodesign, for a test. */
export async function noRcodesign(context: TestContext): Promise<void> {
  const empty = join(await scratch(context), "bin");
  await mkdir(empty);
  usePath(context, empty);
}

function usePath(context: TestContext, path: string): void {
  const before = process.env["PATH"];
  process.env["PATH"] = path;
  context.after(() => {
    if (before === undefined) delete process.env["PATH"];
    else process.env["PATH"] = before;
  });
}
