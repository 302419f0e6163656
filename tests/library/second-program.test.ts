import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { lockedNode } from "../../packaging/locked-node.ts";
import { directoryStore } from "../../packaging/store/directory.ts";
import { verifyBucket } from "../../packaging/verify/verify-bucket.ts";
import { makeCheckout, repository } from "../engine/checkout.ts";
import { runIn } from "../engine/command.ts";
import { writeProduct } from "../engine/product.ts";
import { succeeded } from "../engine/stack.ts";

/** The files that the page tells a reader to write, by name. */
async function filesOfPage(): Promise<ReadonlyMap<string, string>> {
  const page = await readFile(path.join(repository, "docs", "process", "library.md"), "utf8");
  const blocks = page.matchAll(/^`([\w.]+)`:\n\n```\w+\n(.*?)^```$/gms);
  return new Map([...blocks].map(([, name = "", text = ""]) => [name, text]));
}

test("another program installs the package, is type-checked against it, and releases a product with it", async (t) => {
  const checkout = await makeCheckout(t);
  const folder = path.join(checkout.scratch, "program");
  await mkdir(folder);
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const search = `${path.dirname(lockedNode().file)}${path.delimiter}${process.env["PATH"]}`;
  const before = await readFile(path.join(checkout.folder, "package.json"), "utf8");
  const pack = ["pack", "--json", "--pack-destination", checkout.scratch];
  const packed = succeeded(await runIn({ folder: checkout.folder, environment: { PATH: search } }, npm, pack));
  assert.equal(await readFile(path.join(checkout.folder, "package.json"), "utf8"), before);
  const [{ filename, files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf("[\n"))) as [
    { filename: string; files: readonly { path: string }[] },
  ];
  const strays = files.filter(({ path: name }) => /\.test\.|__fixtures__|(?<!\.d)\.ts$|^tests\//.test(name));
  assert.deepEqual(strays, []);

  const written = await filesOfPage();
  assert.deepEqual([...written.keys()], ["package.json", "tsconfig.json", "Pulumi.yaml", "index.ts"]);
  const tarball = path.join(checkout.scratch, filename);
  for (const [name, text] of written) {
    await writeFile(path.join(folder, name), text.replace("file:slipway-0.1.0.tgz", `file:${tarball}`));
  }
  await writeProduct(folder, { id: "alpha", version: "1.0.0" });
  const here = { folder, environment: { PATH: search } };
  const install = ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
  succeeded(await runIn(here, npm, install));
  succeeded(await runIn(here, process.execPath, [path.join("node_modules", "typescript", "bin", "tsc"), "-p", "."]));

  const environment = { PULUMI_HOME: path.join(checkout.scratch, "pulumi-home"), PULUMI_CONFIG_PASSPHRASE: "library" };
  const pulumi = async (...args: readonly string[]) =>
    succeeded(
      await runIn({ folder: checkout.folder, environment }, process.execPath, [
        ...[path.join("bootstrap", "pulumi.mjs"), "-C", folder, ...args],
        ...["--stack", "library", "--non-interactive", "--color", "never"],
      ]),
    );
  await pulumi("stack", "init");
  const { text } = await pulumi("up", "--yes");
  assert.match(text, /slipway:index:DevReleases platform-releases create/);
  assert.match(text, /^ +channel: "dev"$/m);
  const { resources } = (JSON.parse((await pulumi("stack", "export")).stdout) as Exported).deployment;
  const one = (name: string) => resources.find(({ urn }) => urn.endsWith(`:${name}`));
  assert.match(one("DevReleases::platform-releases")?.parent ?? "", /team:index:Platform::platform$/);
  assert.match(one("Channel::alpha-dev")?.parent ?? "", /slipway:index:DevReleases::platform-releases$/);
  assert.equal(one("Channel::alpha-dev")?.protect, true);
  assert.match((await pulumi("up", "--yes", "--expect-no-changes")).text, /\d+ unchanged/);

  // It was a component of the stack before, and had another name: what it owns is not made again.
  const source = path.join(folder, "index.js");
  const renamed = (await readFile(source, "utf8"))
    .replace(/`\$\{name\}-releases`/, '"platform-published"')
    .replace('name: "releases", parent: pulumi.rootStackResource', 'name: "platform-releases"');
  await writeFile(source, renamed);
  const after = await pulumi("preview", "--diff");
  assert.doesNotMatch(after.text, /\d+ to (?:create|delete|replace)/);

  const store = directoryStore(path.join(folder, "bucket"));
  const { findings, channels, suites } = await verifyBucket(store, { history: true, listed: true });
  assert.deepEqual([findings, suites], [[], ["dev"]]);
  assert.deepEqual(channels, ["alpha-archive-keyring dev 1.0.0 (serial 1)", "alpha dev 1.0.0 (serial 1)"]);
});

interface Exported {
  readonly deployment: {
    readonly resources: readonly { readonly urn: string; readonly parent?: string; readonly protect?: boolean }[];
  };
}
