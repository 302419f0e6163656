import assert from "node:assert/strict";
import { test } from "node:test";
import { assertGolden } from "../../__fixtures__/golden.ts";
import { elf } from "../../payload/__fixtures__/programs.ts";
import { describeEntry } from "../../staging/describe-entry.ts";
import { scratch } from "../__fixtures__/scratch.ts";
import { harbourJobs } from "./__fixtures__/harbour.ts";

test("packages of a product with everything: files, scripts, copyright", async (context) => {
  const jobs = await harbourJobs(await scratch(context), "2.0.0", elf());
  assert.equal(jobs.length, 2);
  for (const { tree, format } of jobs) {
    assert.ok(format.kind === "deb");
    const name = format.control[0]?.[1] ?? "";
    const lines = tree.entries.map((entry) => `${describeEntry(entry)} ${entry.path}\n`);
    assertGolden(import.meta.url, `${name}.files`, lines.join(""));
    const scripts = Object.entries(format.scripts).map(([script, text]) => `==> ${script}\n${text}`);
    assertGolden(import.meta.url, `${name}.scripts`, scripts.join("\n"));
    const copyright = tree.entries.find(({ path }) => path === `usr/share/doc/${name}/copyright`);
    assert.ok(copyright?.type === "file" && copyright.content.kind === "bytes");
    assertGolden(import.meta.url, "harbour.copyright", Buffer.from(copyright.content.base64, "base64").toString());
  }
});
