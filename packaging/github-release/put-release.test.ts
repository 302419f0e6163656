import assert from "node:assert/strict";
import { test } from "node:test";
import { gitHubServer as server, wanted } from "./__fixtures__/github-server.ts";
import { differences } from "./put-release.ts";

test("a draft first, all files, published last; again is nothing", async (t) => {
  const github = await server(t);
  await github.put();
  assert.deepEqual(github.log, ["POST releases", "POST assets a.deb", "POST assets b.zip", "PATCH releases/1"]);
  assert.equal(github.releases[0]?.draft, false);
  github.log.length = 0;
  await github.put();
  assert.deepEqual(github.log, []);
});

test("a run goes on where another died: what is whole stays, what is half there or another's is made again", async (t) => {
  const github = await server(t);
  github.fail("POST assets b.zip");
  await assert.rejects(github.put(), { code: "SLW-GITHUB", message: /status 502/ });
  assert.equal(github.releases[0]?.draft, true);
  github.releases[0]?.assets.push({ id: 90, name: "b.zip", size: 3, state: "starter", digest: null });
  github.releases[0]?.assets.push({ id: 91, name: "stale.pkg", size: 3, state: "uploaded", digest: null });
  github.log.length = 0;
  await github.put();
  assert.deepEqual(github.log, ["DELETE assets/90", "POST assets b.zip", "DELETE assets/91", "PATCH releases/1"]);
  assert.deepEqual(
    github.releases.map(({ draft, assets }) => [draft, assets.map(({ name }) => name).sort()]),
    [[false, ["a.deb", "b.zip"]]],
  );
});

test("a published release with other bytes is refused and left as it is", async (t) => {
  const github = await server(t);
  await github.put();
  const [first] = github.releases[0]?.assets ?? [];
  if (first !== undefined) first.digest = `sha256:${"0".repeat(64)}`;
  github.log.length = 0;
  await assert.rejects(github.put(), {
    code: "SLW-GITHUB",
    message: /published on GitHub with other files: a\.deb: other bytes/,
  });
  assert.deepEqual(github.log, []);
});

test("a signature made anew is no difference of what is published; none at all is one, and other files are", () => {
  const asset = (id: number, name: string, hex: string, state: "uploaded" | "starter" = "uploaded") => ({
    ...{ id, name, size: 9, state, digest: `sha256:${hex.repeat(64)}` },
  });
  const file = (name: string, hex: string) => ({ name, size: 9, sha256: hex.repeat(64) });
  const there = [asset(1, "SHA256SUMS", "1"), asset(2, "SHA256SUMS.asc", "2")];
  const signed = [file("SHA256SUMS", "1"), file("SHA256SUMS.asc", "3")];
  assert.deepEqual(differences(signed, there), []);
  assert.deepEqual(differences([file("SHA256SUMS", "1")], there), []);
  assert.deepEqual(differences(signed, there.slice(0, 1)), ["SHA256SUMS.asc: missing"]);
  const half = [...there.slice(0, 1), asset(2, "SHA256SUMS.asc", "2", "starter")];
  assert.deepEqual(differences(signed, half), ["SHA256SUMS.asc: other bytes"]);
  assert.deepEqual(differences([file("SHA256SUMS", "4")], there), ["SHA256SUMS: other bytes"]);
});

test("a draft says whose it is, and whether the version is a pre-release", async (t) => {
  const github = await server(t);
  await github.put();
  await github.put("right-token", { ...wanted, tag: "alpha-v2.0.0-rc.1", name: "alpha 2.0.0-rc.1", prerelease: true });
  assert.deepEqual(
    github.releases.map(({ body, prerelease, draft }) => ({ body, prerelease, draft })),
    [
      { body: "What changed.\n\n<!-- slipway: alpha 1.0.0 -->", prerelease: false, draft: false },
      { body: "What changed.\n\n<!-- slipway: alpha 2.0.0-rc.1 -->", prerelease: true, draft: false },
    ],
  );
});

test("the latest release is of the highest version: no pre-release, nothing older, and of products the last one", async (t) => {
  const github = await server(t);
  const put = (product: string, version: string) =>
    github.put("right-token", {
      ...{ ...wanted, product, tag: `${product}-v${version}`, name: `${product} ${version}` },
      prerelease: version.includes("-"),
    });
  github.releases.push({ ...draft(70, null), tag_name: "alpha-v9.0.0" });
  for (const version of ["1.0.0", "1.2.0-rc.1", "1.1.0", "1.0.1", "1.2.0"]) await put("alpha", version);
  await put("alpha-tools", "0.1.0");
  assert.deepEqual(
    github.releases.map((it) => [it.tag_name, it.make_latest]),
    [
      ["alpha-v9.0.0", undefined],
      ["alpha-v1.0.0", "true"],
      ["alpha-v1.2.0-rc.1", "false"],
      ["alpha-v1.1.0", "true"],
      ["alpha-v1.0.1", "false"],
      ["alpha-v1.2.0", "true"],
      ["alpha-tools-v0.1.0", "true"],
    ],
  );
});

const draft = (id: number, body: string | null) => ({
  ...{ id, tag_name: wanted.tag, name: "By hand", body, draft: true, prerelease: false },
  assets: [{ id: id + 1, name: "notes.pdf", size: 3, state: "uploaded", digest: null }],
});

for (const body of [null, "What changed.", "<!-- slipway: beta 1.0.0 -->"]) {
  test(`a draft of somebody else's is refused by name and left as it is: ${body}`, async (t) => {
    const github = await server(t);
    github.releases.push(draft(40, body));
    await assert.rejects(github.put(), {
      code: "SLW-GITHUB",
      message: /somebody else made a draft of alpha-v1\.0\.0 on GitHub, "By hand"/,
    });
    assert.deepEqual(github.log, []);
    assert.equal(github.releases[0]?.assets.length, 1);
  });
}

test("of two drafts that two runs made at once, both take the older; a foreign one beside it is left alone", async (t) => {
  const github = await server(t);
  const marked = "What changed.\r\n\r\n<!-- slipway: alpha 1.0.0 -->";
  github.meanwhile("POST releases", () => github.releases.unshift({ ...draft(50, marked), assets: [] }, draft(10, "")));
  github.skipIds(60);
  await github.put();
  assert.deepEqual(
    github.releases.map((it) => [it.id, it.draft, it.assets.map(({ name }) => name)]),
    [
      [50, false, ["a.deb", "b.zip"]],
      [10, true, ["notes.pdf"]],
      [61, true, []],
    ],
  );
});

test("a digest that GitHub made of other bytes stops before anything is published", async (t) => {
  const github = await server(t);
  github.damage();
  await assert.rejects(github.put(), { code: "SLW-GITHUB", message: /other bytes of a\.deb than were uploaded/ });
  assert.equal(github.releases[0]?.draft, true);
});

test("a refusal has GitHub's reason and never the token", async (t) => {
  const github = await server(t);
  await assert.rejects(github.put("wrong-token"), (error: Error) => {
    assert.match(error.message, /status 401: Bad credentials/);
    assert.doesNotMatch(error.message, /wrong-token/);
    return true;
  });
});
