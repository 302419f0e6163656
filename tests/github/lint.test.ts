import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { repository } from "../engine/checkout.ts";
import { runIn } from "../engine/command.ts";
import { scratchFolder } from "../engine/scratch.ts";
import { actionlint, zizmor } from "../tools.ts";

/** Without network, and with every rule there is, also those that it keeps to itself unless asked. */
const strictly = ["--offline", "--no-progress", "--persona=auditor"];

test("actionlint finds nothing in the workflows", async () => {
  const { code, text } = await runIn({ folder: repository }, actionlint(), ["-no-color", "-shellcheck=", "-pyflakes="]);
  assert.deepEqual({ code, text }, { code: 0, text: "" });
});

test("zizmor finds nothing in the workflows", async () => {
  const { code, text } = await runIn({ folder: repository }, zizmor(), [...strictly, ".github"]);
  assert.equal(code, 0, text);
  assert.match(text, /completed \.github\/workflows\/preview\.yml\n.*No findings to report/s);
});

test("both find what is wrong in a workflow", async (t) => {
  const folder = await scratchFolder(t);
  await mkdir(join(folder, ".github", "workflows"), { recursive: true });
  await mkdir(join(folder, ".git"));
  await writeFile(
    join(folder, ".github", "workflows", "wrong.yml"),
    `on: pull_request_target
jobs:
  a:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: echo \${{ github.nothing }}
`,
  );
  const linted = await runIn({ folder }, actionlint(), ["-no-color", "-shellcheck=", "-pyflakes="]);
  assert.equal(linted.code, 1, linted.text);
  assert.match(linted.text, /property "nothing" is not defined/);
  const audited = await runIn({ folder }, zizmor(), [...strictly, ".github"]);
  assert.notEqual(audited.code, 0, audited.text);
  for (const rule of ["dangerous-triggers", "unpinned-uses", "excessive-permissions"]) {
    assert.match(audited.text, new RegExp(`\\[${rule}\\]`));
  }
});
