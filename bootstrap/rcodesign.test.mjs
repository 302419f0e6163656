import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { wantRcodesign } from "./rcodesign.mjs";

test("stacks with an identity for programs for Macs want rcodesign, and no others", async (context) => {
  const root = await mkdtemp(join(tmpdir(), "slipway-doctor-"));
  context.after(() => rm(root, { recursive: true }));
  assert.deepEqual(await wantRcodesign(root), [], "a checkout without stacks");
  await mkdir(join(root, "stacks"));
  /** @type {Record<string, string>} */
  const files = {
    "Pulumi.block.yaml":
      "config:\n  slipway:stage: candidate\n  slipway:keys:\n    application:\n      public: a.pem\n",
    "Pulumi.flow.yaml": "config:\n  slipway:keys: { channel: { public: x }, application: { public: a.pem } }\n",
    "Pulumi.installer.yaml": "config:\n  slipway:keys:\n    installer: { public: a.pem }\n    # application: later\n",
    "Pulumi.elsewhere.yaml": "config:\n  slipway:keys:\n    root: {}\n  other:map:\n    application: yes\n",
    "Pulumi.none.yaml": "config:\n  slipway:stage: dev\n",
    "application.ts": "application: 1",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, "stacks", name), text);
  assert.deepEqual(await wantRcodesign(root), ["stacks/Pulumi.block.yaml", "stacks/Pulumi.flow.yaml"]);
});
