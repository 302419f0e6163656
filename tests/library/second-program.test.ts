import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { stringify } from "yaml";
import { lockedNode } from "../../packaging/locked-node.ts";
import { generateEd25519 } from "../../packaging/signing/ed25519.ts";
import { generateOpenPgp } from "../../packaging/signing/openpgp.ts";
import { directoryStore } from "../../packaging/store/directory.ts";
import { verifyBucket } from "../../packaging/verify/verify-bucket.ts";
import { digestOfSecret } from "../cloud/stand-in-provider.ts";
import { standInWorld } from "../cloud/world.ts";
import { type Checkout, makeCheckout, repository } from "../engine/checkout.ts";
import { type Result, runIn } from "../engine/command.ts";
import { writeProduct } from "../engine/product.ts";
import { type ExportedState, succeeded } from "../engine/stack.ts";

/** What the compiler has to refuse and to take: with declarations that say nothing, or too little, it ends with an error. */
const held = `import { OwnedBucket } from "slipway/aws/owned-bucket";
import { PromotedReleases, type PromotedReleasesArgs } from "slipway/promoted-releases";
export const wrong = (args: PromotedReleasesArgs) => {
  // @ts-expect-error A bucket is somewhere.
  new OwnedBucket("a", { bucket: "a" });
  // @ts-expect-error There is no such lock.
  new OwnedBucket("a", { bucket: "a", region: "eu-central-1", lock: { mode: "none", days: 1 } });
  // @ts-expect-error A promotion builds nothing.
  new PromotedReleases("a", { ...args, manifests: ["a"] });
};
`;

test("another program installs the package, is type-checked against it, and is a team with it", async (t) => {
  const checkout = await makeCheckout(t);
  const program = path.join(checkout.scratch, "program");
  await installed(checkout, program);
  const world = await standInWorld(checkout.scratch);
  const keys = await writeKeys(program);
  const home = { PULUMI_HOME: path.join(checkout.scratch, "pulumi-home"), PULUMI_CONFIG_PASSPHRASE: "library" };
  const [token, stableSecret] = ["ghp_ofNobody", keys.stable.secret];
  const secrets = {
    ROOT_KEY: keys.root.secret,
    ARCHIVE_KEY: keys.archive.secret,
    GITHUB_TOKEN: token,
    STABLE_KEY: stableSecret,
  };
  const environmentOf = (stack: string) => {
    const mover = stack === "stable" ? keys.stable : keys.candidate;
    return { ...home, ...world.environment, ...secrets, CHANNEL_KEY: mover.secret };
  };
  const pulumi = async (stack: string, ...args: readonly string[]) =>
    succeeded(
      await runIn({ folder: checkout.folder, environment: environmentOf(stack) }, process.execPath, [
        ...[path.join("bootstrap", "pulumi.mjs"), "-C", program, ...args],
        ...["--stack", stack, "--non-interactive", "--color", "never"],
      ]),
    );
  const started = async (stack: string, config: Readonly<Record<string, unknown>>): Promise<Result> => {
    const settings = Object.fromEntries(Object.entries(config).map(([name, value]) => [`team:${name}`, value]));
    await writeFile(path.join(program, `Pulumi.${stack}.yaml`), stringify({ config: settings }));
    await pulumi(stack, "stack", "init");
    return pulumi(stack, "up", "--yes");
  };
  const resourcesOf = async (stack: string) =>
    (JSON.parse((await pulumi(stack, "stack", "export")).stdout) as ExportedState).deployment.resources ?? [];
  const [candidateKey, stableKey] = [keys.candidate.public.publicKey, keys.stable.public.publicKey];
  const where = { bucket: "published", url: "https://releases.example" };

  await t.test("releases of one machine: parents, transforms and aliases do what they do everywhere", async () => {
    const { text } = await started("dev", {});
    assert.match(text, /slipway:index:DevReleases platform-releases create/);
    assert.match(text, /^ +channel: "dev"$/m);
    const resources = await resourcesOf("dev");
    const one = (name: string) => resources.find(({ urn }) => urn.endsWith(`:${name}`)) ?? {};
    assert.match(parentOf(one("DevReleases::platform-releases")), /team:index:Platform::platform$/);
    assert.match(parentOf(one("Channel::alpha-dev")), /slipway:index:DevReleases::platform-releases$/);
    assert.equal((one("Channel::alpha-dev") as { protect?: boolean }).protect, true);

    // It was a component of the stack before, and had another name: what it owns is not made again.
    const source = path.join(program, "dev.js");
    const renamed = (await readFile(source, "utf8"))
      .replace(/`\$\{name\}-releases`/, '"platform-published"')
      .replace('name: "releases", parent: pulumi.rootStackResource', 'name: "platform-releases"');
    await writeFile(source, renamed);
    const after = await pulumi("dev", "preview", "--diff");
    assert.doesNotMatch(after.text, /\d+ to (?:create|update|delete|replace)/);
    await verifies(path.join(program, "bucket"), "dev", "alpha-archive-keyring dev 1.0.0", "alpha dev 1.0.0");
  });

  await t.test("a foundation with what it owns on AWS and GitHub", async () => {
    const rootKey = keys.root.public.publicKey;
    const channels = { candidate: { public: candidateKey }, stable: { public: stableKey } };
    await started("foundation", { ...where, rootKey, channels });
    const resources = await resourcesOf("foundation");
    const at = (ending: string) => resources.findIndex(({ urn }) => urn.endsWith(ending));
    assert.ok(at("aws:s3/bucketPolicy:BucketPolicy::releases") < at("slipway:Trust::bucket-trust"));
    assert.match(parentOf(resources[at("aws:iam/role:Role::jobs-publisher")]), /slipway:index:PublisherRole::jobs$/);
    assert.match(parentOf(resources[at("slipway:Trust::bucket-trust")]), /ReleaseBucket::bucket$/);

    const made = await world.made();
    const one = (type: string, id: string) =>
      made.find((it) => it.type.endsWith(`:${type}`) && it.id.startsWith(id))?.properties ?? {};
    const role = one("Role", "jobs-publisher");
    assert.equal(role["permissionsBoundary"], "arn:aws:iam::123456789012:policy/jobs");
    assert.match(String(role["assumeRolePolicy"]), /repo:team\/alpha:environment:candidate/);
    assert.match(String(one("RolePolicy", "jobs-publisher")["policy"]), /arn:aws:s3:::team-releases\/\*/);
    assert.match(JSON.stringify(one("Distribution", "old")["origins"]), /team-old\.s3\.eu-central-1/);
    assert.equal(one("ActionsEnvironmentVariable", "alpha:release:AWS_ROLE_ARN")["value"], role["arn"]);
    for (const secret of ["ActionsEnvironmentSecret alpha:release:CHANNEL_KEY", "ActionsSecret beta:CHANNEL_KEY"]) {
      const [type = "", id = ""] = secret.split(" ");
      assert.equal(one(type, id)["value"], digestOfSecret(stableSecret));
    }
    const text = JSON.stringify(resources);
    for (const secret of [token, JSON.stringify(stableSecret).slice(1, -1)]) assert.ok(!text.includes(secret));
  });

  await t.test("a candidate, and its promotion by a decision", async () => {
    const published = path.join(program, "published");
    const root = await readFile(path.join(published, "keys", "tuf-root.json"));
    await writeFile(path.join(program, "keys", "tuf-root.json"), root);
    await started("candidate", { ...where, channelKey: candidateKey });
    const entry = JSON.parse(await readFile(path.join(published, "channels", "alpha", "candidate.json"), "utf8"));
    const decision = [`- record: ${entry.current.record.sha256}`, "- evidence: https://slipway.example/evidence"];
    const decided = [...decision, "- decided: 2026-11-28 by Ana Example"].join("\n");
    await writeFile(path.join(program, "decisions.md"), `# Decisions\n\n## alpha 1.0.0\n\n${decided}\n`);
    const { text } = await started("stable", { ...where, channelKey: stableKey });
    assert.match(text, /slipway:index:PromotedReleases releases create/);
    await verifies(published, "candidate,stable", "alpha candidate 1.0.0", "alpha stable 1.0.0");
  });
});

/** Packs the checkout, writes the program of the page with a product of its own, and installs and compiles it. */
async function installed(checkout: Checkout, program: string): Promise<void> {
  await mkdir(program);
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const environment = { PATH: `${path.dirname(lockedNode().file)}${path.delimiter}${process.env["PATH"]}` };
  const before = await readFile(path.join(checkout.folder, "package.json"), "utf8");
  const pack = ["pack", "--json", "--pack-destination", checkout.scratch];
  const packed = succeeded(await runIn({ folder: checkout.folder, environment }, npm, pack));
  assert.equal(await readFile(path.join(checkout.folder, "package.json"), "utf8"), before);
  const [{ filename, files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf("[\n"))) as [
    { filename: string; files: readonly { path: string }[] },
  ];
  const strays = files.filter(({ path: name }) => /\.test\.|__fixtures__|(?<!\.d)\.ts$|^tests\//.test(name));
  assert.deepEqual(strays, []);

  const written = await filesOfPage();
  await assertWhole(written);
  const tarball = path.join(checkout.scratch, filename);
  for (const [name, text] of written) {
    await writeFile(path.join(program, name), text.replace("file:slipway-0.1.0.tgz", `file:${tarball}`));
  }
  await writeFile(path.join(program, "held.ts"), held);
  await writeFile(path.join(program, "decisions.md"), "# Decisions\n");
  await writeProduct(program, { id: "alpha", version: "1.0.0" });
  const here = { folder: program, environment };
  const install = ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
  succeeded(await runIn(here, npm, install));
  succeeded(await runIn(here, process.execPath, [path.join("node_modules", "typescript", "bin", "tsc"), "-p", "."]));
}

/** The files that the page tells a reader to write, by name. */
async function filesOfPage(): Promise<ReadonlyMap<string, string>> {
  const page = await readFile(path.join(repository, "docs", "process", "library.md"), "utf8");
  const blocks = page.matchAll(/^`([\w.]+)`:\n\n```\w+\n(.*?)^```$/gms);
  return new Map([...blocks].map(([, name = "", text = ""]) => [name, text]));
}

/** The program imports all that the package offers to programs, and the page names it. */
async function assertWhole(written: ReadonlyMap<string, string>): Promise<void> {
  const { exports } = JSON.parse(await readFile(path.join(repository, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string>>;
  };
  const offered = Object.keys(exports).filter((name) => !/^\.\/(?:lifecycle\/|package\.json$)/.test(name));
  const text = [...written.values()].join("");
  const imported = [...text.matchAll(/ from "slipway\/([\w/-]+)"/g)].map(([, name]) => `./${name}`);
  assert.deepEqual([...new Set(imported)].sort(), offered.sort());
}

/** Keys of a team's stacks, and its certificate in a file. */
async function writeKeys(program: string) {
  const user = { name: "Archive of the tests", email: "archive@slipway.example" };
  const archive = await generateOpenPgp(user, 1_700_000_000);
  await mkdir(path.join(program, "keys"));
  await writeFile(path.join(program, "keys", "archive.asc"), archive.public.armored);
  return { archive, root: generateEd25519(), candidate: generateEd25519(), stable: generateEd25519() };
}

function parentOf(resource: unknown): string {
  return (resource as { readonly parent?: string } | undefined)?.parent ?? "";
}

/** A stranger finds nothing wrong in the bucket, and these channels. */
async function verifies(bucket: string, suites: string, ...named: readonly string[]): Promise<void> {
  const found = await verifyBucket(directoryStore(bucket), { history: true, listed: true });
  assert.deepEqual([found.findings, found.suites.join()], [[], suites]);
  for (const channel of named) assert.ok(found.channels.includes(`${channel} (serial 1)`), found.channels.join());
}
