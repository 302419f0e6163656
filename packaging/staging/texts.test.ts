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
