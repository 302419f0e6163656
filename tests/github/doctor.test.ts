import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { assertGolden } from "../../packaging/__fixtures__/golden.ts";
import { commitTo, emptyFolder, inRepository } from "../../packaging/git/__fixtures__/repositories.ts";
import { runIn } from "../engine/command.ts";
import { writeInstallable } from "../engine/installable-product.ts";
import { manifestOf } from "../engine/product.ts";
import { gitServer } from "../git/http-server.ts";
import { anyCredentials, s3StandIn } from "../s3/s3-stand-in.ts";
import { apiStandIn, standInToken } from "./api-stand-in.ts";

const program = fileURLToPath(new URL("../../packaging/cli/main.ts", import.meta.url));
const [upstream, fork] = ["microsoft/winget-pkgs", "team/winget-pkgs"];

test("slipway preflight, which doctor ends with, tells a person what each place says", async (t) => {
  const folder = await emptyFolder(t);
  const s3 = await s3StandIn(t, "downloads", { accounts: false });
  await commitTo(folder, "tap");
  await inRepository(join(folder, "tap"), "config", "http.receivepack", "true");
  const server = await gitServer(t, folder, standInToken);
  const api = await apiStandIn(t);
  api.hub.addRepository(upstream, { "README.md": "packages\n" });
  api.hub.addRepository(fork, upstream);
  await writeInstallable(folder, "alpha", "1.0.0");
  const settings = {
    bucket: `s3://downloads?endpoint=${s3.url}`,
    url: "https://releases.example",
    manifests: [manifestOf("alpha")],
    homebrew: { tap: "team/tools", remote: `${server.url}tap`, token: { env: "TAP_TOKEN" } },
    winget: { submit: { repository: upstream, fork, token: { env: "WINGET_TOKEN" } } },
  };
  await mkdir(join(folder, "stacks"));
  const config = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`slipway:${name}`, value]));
  await writeFile(join(folder, "stacks", "Pulumi.dev.yaml"), stringify({ config }));
  api.hub.commit(fork, "Example.alpha-1.0.0", { x: "x\n" }, "theirs");
  const tokens = { TAP_TOKEN: standInToken, WINGET_TOKEN: standInToken, ...anyCredentials };
  const where = { folder, environment: { GITHUB_API_URL: api.url, ...tokens } };
  const { code, text } = await runIn(where, process.execPath, [program, "preflight"]);
  const same = text
    .replaceAll(s3.url, "http://s3.example")
    .replaceAll(server.url, "http://git.example/")
    .replaceAll(api.url, "http://api.example")
    .replaceAll(/is at [0-9a-f]{10}/g, "is at COMMIT")
    .replaceAll(/yes, (?:to the second|\d s (?:ahead|behind))/g, "yes, to the second");
  assertGolden(import.meta.url, "doctor.txt", same);
  assert.equal(code, 1);
  assert.deepEqual([...(await s3.objects("downloads"))], []);
  assert.ok(api.requests.every((it) => /^(?:GET|HEAD) /.test(it)));
});
