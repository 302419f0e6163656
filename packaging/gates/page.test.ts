import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { gates } from "./gates.ts";

test("the page of the gates lists each gate as it is, in the order in which they speak, with what to do", async () => {
  const page = await readFile(new URL("../../docs/process/gates.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)];
  assert.deepEqual(
    rows.map(([, name, stages, holds]) => [name, stages, holds]),
    gates.map(({ name, stages, description }) => [name, stages.join(", "), description]),
  );
  for (const [, name, , , todo = ""] of rows) assert.match(todo, /^[A-Z].{20,}\.$/, name);
});
