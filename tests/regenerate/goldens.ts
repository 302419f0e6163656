import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { runOnTerminal } from "../../packaging/process.ts";

/** How a test compares with a golden file: through packaging/__fixtures__/golden.ts, or by itself. */
const golden = /golden\.ts"|__golden__|UPDATE_GOLDEN/;

/** Runs the unit tests that compare with golden files below a folder, and has them write these instead. */
export async function regenerateGoldens(folder: string): Promise<void> {
  const tests = globSync("**/*.test.ts", { cwd: folder }).sort();
  const texts = await Promise.all(tests.map((test) => readFile(path.join(folder, test), "utf8")));
  const comparing = tests.filter((_, at) => golden.test(texts[at] ?? ""));
  const code = await runOnTerminal({
    file: process.execPath,
    args: ["--test", "--test-reporter=dot", ...comparing],
    folder,
    environment: { UPDATE_GOLDEN: "1" },
  });
  if (code !== 0) throw new Error(`the tests that write golden files ended with exit code ${code}`);
}

/** Whether a line about a file is about a golden file. */
export function goldensOf(line: string): boolean {
  return line.includes("/__golden__/");
}
