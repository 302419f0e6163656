import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { contents, gitHubServer, wanted } from "../github-release/__fixtures__/github-server.ts";
import { lifecycle } from "./github-release.ts";
import { stateSchema } from "./state-schema.ts";

test("a release goes from the bucket to GitHub, its token in no value; a refresh names what is not as it was", async (t) => {
  const github = await gitHubServer(t);
  const bucket = await mkdtemp(path.join(tmpdir(), "slipway-bucket-"));
  t.after(() => rm(bucket, { recursive: true }));
  await mkdir(path.join(bucket, "releases", "alpha", "1.0.0"), { recursive: true });
  const at = (name: string) => `releases/alpha/1.0.0/${name}`;
  for (const [name, text] of Object.entries(contents)) await writeFile(path.join(bucket, at(name)), text);
  process.env["GITHUB_API_URL"] = github.origin;
  process.env["TEST_RELEASE_TOKEN"] = "right-token\n";
  t.after(() => {
    delete process.env["GITHUB_API_URL"];
    delete process.env["TEST_RELEASE_TOKEN"];
  });
  const files = wanted.files.map((file) => ({ ...file, path: at(file.name) }));
  const token = { kind: "env", name: "TEST_RELEASE_TOKEN" };
  const inputs = { ...wanted, schema: stateSchema, bucket, repository: "team/alpha", product: "alpha", files, token };

  const { id, outs } = await lifecycle.create(inputs);
  assert.equal(id, "team/alpha/alpha");
  assert.equal(outs["url"], "https://github.example/r");
  assert.doesNotMatch(JSON.stringify(outs), /right-token/);
  assert.equal(github.releases[0]?.draft, false);
  assert.deepEqual((await lifecycle.diff(id, outs, inputs)).changes, false);
  assert.deepEqual((await lifecycle.read(id, outs)).props["drift"], []);

  github.releases[0]?.assets.pop();
  assert.deepEqual((await lifecycle.read(id, outs)).props["drift"], ["b.zip: missing"]);
  delete process.env["TEST_RELEASE_TOKEN"];
  assert.deepEqual((await lifecycle.read(id, outs)).props["drift"], []);
});

for (const [what, text, message] of [
  ["lost", undefined, /a\.deb is to go to GitHub, and is not in the bucket/],
  ["has with other bytes", "tampered!", /a\.deb is to go to GitHub, and has other bytes/],
] as const) {
  test(`a file that the bucket ${what} stops before it is uploaded`, async (t) => {
    const github = await gitHubServer(t);
    const bucket = await mkdtemp(path.join(tmpdir(), "slipway-bucket-"));
    t.after(() => rm(bucket, { recursive: true }));
    await mkdir(path.join(bucket, "releases", "alpha", "1.0.0"), { recursive: true });
    if (text !== undefined) await writeFile(path.join(bucket, "releases/alpha/1.0.0/a.deb"), text);
    process.env["GITHUB_API_URL"] = github.origin;
    process.env["TEST_RELEASE_TOKEN"] = "right-token";
    t.after(() => {
      delete process.env["GITHUB_API_URL"];
      delete process.env["TEST_RELEASE_TOKEN"];
    });
    const files = wanted.files.map((file) => ({ ...file, path: `releases/alpha/1.0.0/${file.name}` }));
    const token = { kind: "env", name: "TEST_RELEASE_TOKEN" };
    const inputs = { ...wanted, schema: stateSchema, bucket, repository: "team/alpha", product: "alpha", files, token };
    await assert.rejects(lifecycle.create(inputs), { code: "SLW-STORE-DAMAGED", message });
    assert.deepEqual(
      github.releases.map(({ draft, assets }) => [draft, assets]),
      [[true, []]],
    );
  });
}
