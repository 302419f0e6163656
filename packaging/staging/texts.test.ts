import assert from "node:assert/strict";
import { test } from "node:test";
import { makeProject, product } from "./__fixtures__/product.ts";
import { readTexts } from "./texts.ts";

test("the licence and the hooks that the manifest names are read", async (context) => {
  const { input, remove } = await makeProject();
  context.after(remove);
  assert.deepEqual(await readTexts(product, input), {
    licence: "Do as you like.\n",
    thirdParty: [],
    launchd: {},
    hooks: { linux: { postInstall: "echo courier is ready\n" } },
  });
});

test("what is missing is named, all of it", async (context) => {
  const { input, remove } = await makeProject({
    "packaging/LICENSE": undefined,
    "packaging/post-install.sh": undefined,
  });
  context.after(remove);
  await assert.rejects(readTexts(product, input), {
    code: "SLW-STAGING",
    message: /^licence LICENSE does not exist; [\s\S]*\nlinux post-install hook post-install\.sh does not exist/,
  });
});

test("a hook with carriage returns is refused where the first one stands", async (context) => {
  const { input, remove } = await makeProject({ "packaging/post-install.sh": "true\necho ready\r\n" });
  context.after(remove);
  await assert.rejects(readTexts(product, input), {
    code: "SLW-STAGING",
    message: /^packaging\/post-install\.sh:2:11 {2}A carriage return/,
  });
});

/** Each row: what is said and where, the text of the hook. */
const hooks: readonly (readonly [says: RegExp, text: string])[] = [
  [
    /^packaging\/post-install\.sh:1:1 {2}A hook runs with sh -e, and its first line asks for "\/bin\/bash"/,
    "#!/bin/bash\ntrue\n",
  ],
  [/first line asks for "\/usr\/bin\/env python3"/, "#!/usr/bin/env python3\n"],
  [/^packaging\/post-install\.sh:2:5 {2}A hook is text, and this one holds a zero byte/, "true\necho\0\n"],
  [/A hook has at most 64 KiB; this one has 65,537 bytes/, "#".repeat(65_537)],
];
for (const [says, text] of hooks) {
  test(`refused: ${says}`, async (context) => {
    const { input, remove } = await makeProject({ "packaging/post-install.sh": text });
    context.after(remove);
    await assert.rejects(readTexts(product, input), { code: "SLW-STAGING", message: says });
  });
}

test("a hook may say that it is for sh", async (context) => {
  for (const first of ["#!/bin/sh", "#! /bin/sh -e", "# no program"]) {
    const { input, remove } = await makeProject({ "packaging/post-install.sh": `${first}\n` });
    context.after(remove);
    assert.equal((await readTexts(product, input)).hooks.linux?.postInstall, `${first}\n`);
  }
});

test("the licence of a third party that is missing is named with the party", async (context) => {
  const { input, remove } = await makeProject();
  context.after(remove);
  const wick = { name: "wick", files: [], licence: { spdx: "MIT", holder: "Wick", from: "wick.txt" } };
  await assert.rejects(readTexts({ ...product, thirdParty: [wick] }, input), {
    message: /^licence of wick wick\.txt does/,
  });
});
