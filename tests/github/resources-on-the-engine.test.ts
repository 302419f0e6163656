import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { inRepository } from "../../packaging/git/__fixtures__/repositories.ts";
import { makeCheckout } from "../engine/checkout.ts";
import { devStack, succeeded } from "../engine/stack.ts";
import { apiStandIn, standInToken } from "./api-stand-in.ts";

const upstream = "microsoft/winget-pkgs";
const fork = "team/winget-pkgs";

/** A program of two resources: a formula in a tap, and a request for a manifest. */
function program(version: string): string {
  return `
import * as pulumi from "@pulumi/pulumi";
import { GitCommit } from "./components/providers/git-commit.ts";
import { PullRequest } from "./components/providers/pull-request.ts";

const version = "${version}";
const by = { author: { name: "Releases", email: "releases@example.org" }, date: 1700000000 };
new GitCommit("tap", {
  ...by,
  name: "tap",
  remote: ".slipway/tap.git",
  branch: "main",
  files: { "Formula/runtime.rb": \`class Runtime\\n  version "\${version}"\\nend\\n\` },
  message: \`runtime \${version}\`,
  token: pulumi.secret({ kind: "state", secret: "${standInToken}" } as const),
}, {});
const asked = new PullRequest("winget", {
  ...by,
  name: "winget/runtime",
  repository: "${upstream}",
  base: "master",
  fork: "${fork}",
  branch: \`Team.Runtime-\${version}\`,
  title: \`New version: Team.Runtime version \${version}\`,
  body: "made by Slipway",
  files: { [\`manifests/t/Team/Runtime/\${version}/Team.Runtime.yaml\`]: \`PackageVersion: \${version}\\n\` },
  token: { kind: "env", name: "WINGET_TOKEN" },
}, {});
export const state = asked.state;
`;
}

test("a tap and a pull request on the real engine: exact lines in the preview, once each, and kept by a destroy", async (t) => {
  const api = await apiStandIn(t);
  api.hub.addRepository(upstream, { "README.md": "packages\n" });
  api.hub.addRepository(fork, upstream);
  const checkout = await makeCheckout(t);
  const stack = devStack(checkout, { environment: { GITHUB_API_URL: api.url, WINGET_TOKEN: standInToken } });
  const tap = join(checkout.folder, ".slipway", "tap.git");
  const write = (version: string) => writeFile(join(checkout.folder, "index.ts"), program(version));

  await write("1.0.0");
  const first = succeeded(await stack.up());
  assert.equal(await inRepository(tap, "log", "--format=%s", "main"), "runtime 1.0.0");
  assert.deepEqual(
    api.hub.pulls.map(({ number, state }) => [number, state]),
    [[100, "open"]],
  );
  succeeded(await stack.preview("--expect-no-changes"));

  await write("1.1.0");
  const writes = api.requests.length;
  const preview = succeeded(await stack.preview("--diff"));
  assert.match(preview.text, /- *version "1\.0\.0"\n\s*\+ *version "1\.1\.0"/);
  assert.match(preview.text, /Team\.Runtime-1\.0\.0" => "Team\.Runtime-1\.1\.0"/);
  assert.equal(api.requests.length, writes, "a preview asks nothing");
  const second = succeeded(await stack.up("--strict"));
  assert.equal(await inRepository(tap, "log", "--format=%s", "main"), "runtime 1.1.0\nruntime 1.0.0");

  api.hub.close(101);
  succeeded(await stack.refresh());
  const state = JSON.stringify(await stack.exportState());
  assert.match(state, /"state":"refused"/);
  const texts = [state, first.text, preview.text, second.text, await readFile(join(tap, "config"), "utf8")];
  for (const text of texts) assert.ok(!text.includes(standInToken), "the token is in a state or an output");

  succeeded(await stack.destroy());
  assert.deepEqual(
    api.hub.pulls.map((it) => it.state),
    ["open", "closed"],
  );
  assert.equal(await inRepository(tap, "rev-list", "--count", "main"), "2");
});
