import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { CandidateReleases, type CandidateReleasesArgs } from "./candidate-releases.ts";
import { DevReleases } from "./dev-releases.ts";
import { Foundation, type FoundationArgs } from "./foundation-component.ts";
import { checkedInputs, outputsOf } from "./outputs-of.ts";
import { PromotedReleases, type PromotedReleasesArgs } from "./promoted-releases.ts";

const registered: string[] = [];
await pulumi.runtime.setMocks({
  newResource: ({ name, type }) => {
    registered.push(type);
    return { id: name, state: {} };
  },
  call: () => ({}),
});

const refusal = (make: () => unknown): string => {
  try {
    make();
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "nothing was refused";
};

const hex = "0".repeat(64);
const misplaced = { public: hex, source: { env: "-----BEGIN PRIVATE KEY-----\nhunter2" } };
const foundation: FoundationArgs = {
  archive: "team",
  bucket: "bucket",
  channels: { stable: { public: hex } },
  certificates: ["keys/archive.asc"],
  keys: { root: misplaced },
};

test("a private key in the wrong place is in no message, and is registered with no component", async () => {
  const keys = { channel: misplaced, openpgp: { public: "keys/archive.asc", source: { env: "ARCHIVE_KEY" } } };
  const moved = { archive: "team", bucket: "bucket", url: "https://team.example", root: "keys/tuf-root.json", keys };
  const certificates = ["keys/archive.asc"] as const;
  const texts = [
    refusal(() => new Foundation("trust", foundation)),
    refusal(() => new CandidateReleases("candidates", { ...moved, manifests: ["a.yaml"], certificates })),
    refusal(() => new PromotedReleases("releases", { ...moved, version: "1.0.0", signer: "keys/archive.asc" })),
    refusal(() => new DevReleases("dev", { manifests: ["a.yaml"], archive: "team", ...{ keys } })),
  ];
  for (const text of texts) {
    assert.match(text, /keys\.(?:root|channel)\.source/);
    assert.doesNotMatch(text, /BEGIN|hunter2|slipway:/);
  }
  await pulumi.runtime.disconnect();
  assert.deepEqual(registered, []);
});

test("a key in one line could be the name of a variable, and is not registered either", () => {
  const keys = { root: { public: hex, source: { env: "hunter2" } } };
  const inputs = checkedInputs({ component: "Foundation", stage: "foundation" }, "trust", { ...foundation, keys });
  assert.deepEqual(Object.keys(inputs), ["archive", "bucket", "channels", "certificates"]);
});

test("what is made is made of the settings that were checked, keys included", async () => {
  const keys = { root: { public: hex, source: { env: "ROOT_KEY" } } };
  const inputs = checkedInputs({ component: "Foundation", stage: "foundation" }, "trust", { ...foundation, keys });
  const outputs = await outputsOf(inputs, async (settings) => ({ keys: settings.keys, stage: settings.stage }));
  assert.deepEqual(outputs, { keys, stage: "foundation" });
});

test("messages have the arguments' own names, and say whose they are", () => {
  const text = refusal(
    () => new CandidateReleases("candidates", { channels: {}, keep: 0 } as unknown as CandidateReleasesArgs),
  );
  assert.match(text, /CandidateReleases candidates: root is missing: this component needs the path of the TUF root/);
  assert.match(text, /CandidateReleases candidates: channels is no setting of this component/);
  assert.match(text, /CandidateReleases candidates: keep: expected a whole number/);
  assert.doesNotMatch(text, /slipway:|a stack of stage|\bstage\b/);
  const near = refusal(() => new PromotedReleases("releases", { singer: "a" } as unknown as PromotedReleasesArgs));
  assert.match(near, /singer is not an argument.*\n +Did you mean signer\?/);
});

test("an output where a plain value belongs is refused in a sentence", () => {
  const bucket = pulumi.output("bucket") as unknown as string;
  const text = refusal(() => new Foundation("trust", { ...foundation, bucket }));
  assert.match(text, /Foundation trust: bucket: expected .*, found an Output: give a plain value/);
});
