import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { packagesPerRelease, publishedBucket } from "../../bench/published-bucket.ts";
import { BuildCache } from "../../packaging/builds/cache.ts";
import { snapshotNumber } from "../../packaging/channels/read.ts";
import { systemClock } from "../../packaging/clock.ts";
import { offersInForce, suiteContent, suiteTexts } from "../../packaging/plan/suite-plan.ts";
import { run } from "../../packaging/process.ts";
import { rememberedMembers } from "../../packaging/repositories/apt/member-cache.ts";
import { publishSuite } from "../../packaging/repositories/apt/publish.ts";
import { sourcesText } from "../../packaging/repositories/apt/sources.ts";
import { architectures, type SuiteContent } from "../../packaging/repositories/apt/suite.ts";
import { keyringBytes } from "../../packaging/signing/keyring.ts";
import { generateOpenPgp, openOpenPgp } from "../../packaging/signing/openpgp.ts";
import { isolatedApt } from "./apt-root.ts";
import { debianRoot } from "./debian-root.ts";
import { serveStore } from "./loopback.ts";

/** Enough for several pieces in each index. */
const count = 600;
const keyringPath = "/usr/share/keyrings/example-archive-keyring.gpg";
const settings = { suite: "dev", origin: "Example", label: "Example" };

test("a suite of many packages: the same bytes with and without a cache, and every apt reads all of it", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-large-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const bucket = await publishedBucket(join(folder, "bucket"), count);
  const { store } = bucket;
  const made = async (cacheFolder: string): Promise<{ content: SuiteContent; snapshot: number }> => {
    const at = { store, cache: new BuildCache(cacheFolder, assert.fail), cacheFolder };
    const members = await rememberedMembers(cacheFolder, settings.suite);
    const { snapshot, releases } = await offersInForce(at, settings.suite);
    const content = suiteContent(settings, suiteTexts(settings, releases), members);
    await members.save();
    return { content, snapshot };
  };

  const warm = join(folder, "warm");
  await made(warm);
  await bucket.publishOneMore();
  const { content, snapshot } = await made(warm);
  assert.deepEqual(content, (await made(join(folder, "cold"))).content);
  assert.deepEqual(content, (await made(warm)).content);
  const [gz, zst] = ["gz", "zst"].map((form) =>
    content.files.find(({ path }) => path.endsWith(`amd64/Packages.${form}`)),
  );
  assert.ok(membersIn(gz?.bytes, "1f8b08000000000002ff") > 3);
  assert.ok(membersIn(zst?.bytes, "28b52ffd") > 3);

  const now = systemClock.now() - 10;
  const key = await generateOpenPgp({ name: "Example archive", email: "archive@example.org" }, now - 86_400);
  const signer = await openOpenPgp(key.public, { kind: "state", secret: key.secret });
  await publishSuite(store, content, { snapshot, now, signer, reconfirm: () => snapshotNumber(store) });
  const server = await serveStore(store);
  t.after(() => server.close());
  const source = { uri: server.url, suite: "dev", component: "main", architectures, keyring: keyringPath };
  const keyring = { path: keyringPath, bytes: await keyringBytes([signer.public]) };
  const inAmd64 = (count + packagesPerRelease) / 2;
  const versions = new RegExp(`^Total distinct versions: ${count + packagesPerRelease} `, "m");

  await t.test("Packages says what apt-ftparchive says of the same files", async () => {
    const hashes = ["MD5", "SHA1", "SHA512"].flatMap((hash) => ["-o", `APT::FTPArchive::${hash}=false`]);
    const args = [...hashes, "-o", "APT::FTPArchive::LongDescription=true", "--arch", "amd64", "packages", "releases"];
    const { stdout } = await run({
      file: "apt-ftparchive",
      args,
      folder: bucket.folder,
      environment: { APT_CONFIG: "" },
    });
    const ours = await readFile(join(bucket.folder, "dists/dev/main/binary-amd64/Packages"), "utf8");
    const stanzas = (text: string) => text.trim().split("\n\n").sort();
    assert.equal(stanzas(ours).length, inAmd64);
    assert.deepEqual(stanzas(ours), stanzas(stdout.replaceAll(/^Description-md5: .*\n/gm, "")));
  });

  for (const compression of ["gz", "zst"]) {
    await t.test(`apt of this machine reads every ${compression} member`, async () => {
      const apt = await isolatedApt({ sourcesText: sourcesText(source), keyring: keyring.bytes });
      t.after(() => apt.remove());
      const only = `Acquire::CompressionTypes::Order::=${compression}`;
      const both = ["amd64", "arm64"].flatMap((it) => ["-o", `APT::Architectures::=${it}`]);
      const updated = await apt.run("apt-get", "update", "-o", only, ...both);
      assert.deepEqual({ exitCode: updated.exitCode, stderr: updated.stderr }, { exitCode: 0, stderr: "" });
      assert.match((await apt.run("apt-cache", "stats", ...both)).stdout, versions);
      assert.match((await apt.run("apt-cache", "policy", "tool-0000")).stdout, /Candidate: 1\.25\.0/);
    });
  }

  for (const release of ["12", "13"] as const) {
    await t.test(`apt of Debian ${release} reads every member`, async () => {
      const root = await debianRoot({ release, sourcesText: sourcesText(source), keyring });
      t.after(() => root.remove());
      const { exitCode, stdout, stderr } = await root.run("apt-get", "update");
      assert.equal(exitCode, 0, stderr);
      assert.doesNotMatch(stdout + stderr, /^(W|N|E|Warning|Notice|Error|Ign|Err)\b/m);
      assert.match((await root.run("apt-cache", "madison", "tool-0005-bin")).stdout, /(?:tool-0005-bin \|.*\n?){25}/);
      assert.match((await root.run("apt-cache", "policy", "tool-0005-bin")).stdout, /Candidate: 1\.24\.0/);
    });
  }
});

/** How often a member's first bytes are found: by chance hardly ever more often than there are members. */
function membersIn(bytes: Uint8Array | undefined, header: string): number {
  return (
    Buffer.from(bytes ?? [])
      .toString("latin1")
      .split(Buffer.from(header, "hex").toString("latin1")).length - 1
  );
}
