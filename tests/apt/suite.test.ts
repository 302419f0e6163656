import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { run } from "../../packaging/process.ts";
import { suiteOf } from "../../packaging/repositories/apt/__fixtures__/releases.ts";
import { type PublishedSuite, publishSuite } from "../../packaging/repositories/apt/publish.ts";
import { sourcesText } from "../../packaging/repositories/apt/sources.ts";
import type { SuiteNames, SuiteRelease } from "../../packaging/repositories/apt/suite.ts";
import { keyringArmored, keyringBytes } from "../../packaging/signing/keyring.ts";
import { generateOpenPgp, openOpenPgp } from "../../packaging/signing/openpgp.ts";
import type { OpenPgpSigner } from "../../packaging/signing/signer.ts";
import { directoryStore } from "../../packaging/store/directory.ts";
import { type AptRoot, isolatedApt } from "./apt-root.ts";
import { type DebianRoot, debianRoot } from "./debian-root.ts";
import { type Loopback, serveStore } from "./loopback.ts";
import { publishRelease } from "./real-releases.ts";

const NOW = Math.floor(Date.now() / 1000) - 1000;
const KEYRING = "/usr/share/keyrings/example-archive-keyring.gpg";
const names = {
  suite: "dev",
  origin: "Example",
  label: "Example",
  description: "Programs of the Example team",
  component: "main",
} satisfies SuiteNames;

let folder: string;
let bucket: string;
let server: Loopback;
let signer: OpenPgpSigner;
let keyring: Uint8Array;
let old: SuiteRelease;
let young: SuiteRelease;
let sources: string;
let snapshot = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-suite-"));
  bucket = join(folder, "bucket");
  const store = directoryStore(bucket);
  server = await serveStore(store);
  signer = await newSigner();
  const retired = await newSigner();
  keyring = await keyringBytes([signer.public, retired.public]);
  old = await publishRelease(store, "1.0", "1.0+0123456789ab");
  young = await publishRelease(store, "1.1", "1.1+ba9876543210");
  sources = sourcesText({ uri: server.url, suite: "dev", component: "main", keyring: KEYRING });
});

after(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function newSigner(): Promise<OpenPgpSigner> {
  const key = await generateOpenPgp({ name: "Example archive", email: "archive@example.org" }, NOW - 86_400);
  return openOpenPgp(key.public, { kind: "state", secret: key.secret });
}

/** The next snapshot's suite with these releases; all within `NOW`'s past, as apt accepts no date ahead of it. */
async function publish(...releases: readonly SuiteRelease[]): Promise<PublishedSuite> {
  snapshot++;
  const content = suiteOf(names, releases);
  const reconfirm = async () => snapshot;
  return publishSuite(directoryStore(bucket), content, { snapshot, now: NOW, signer, reconfirm });
}

async function withApt(use: (apt: AptRoot) => Promise<void>): Promise<void> {
  const apt = await isolatedApt({ sourcesText: sources, keyring });
  try {
    await use(apt);
  } finally {
    await apt.remove();
  }
}

/** `apt-get update` that succeeds with not one warning, note or error, and what it asked the server for. */
async function cleanUpdate(apt: AptRoot, ...options: readonly string[]): Promise<readonly string[]> {
  server.requests.length = 0;
  const { exitCode, stdout, stderr } = await apt.run("apt-get", "update", ...options);
  assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" }, stdout);
  assert.doesNotMatch(stdout, /^(W|N|E|Ign|Err)\b/m);
  return [...server.requests];
}

async function candidate(apt: AptRoot): Promise<string | undefined> {
  return /Candidate: (\S+)/.exec((await apt.run("apt-cache", "policy", "example")).stdout)?.[1];
}

test("gpgv and sqv accept InRelease and Release.gpg, and nothing else in their place", async () => {
  await publish(old);
  const suite = join(bucket, "dists/dev");
  const key = join(folder, "key.gpg");
  const armored = join(folder, "key.asc");
  await writeFile(key, keyring);
  await writeFile(armored, await keyringArmored([signer.public]));
  await run({ file: "gpgv", args: ["--keyring", key, join(suite, "InRelease")] });
  await run({ file: "gpgv", args: ["--keyring", key, join(suite, "Release.gpg"), join(suite, "Release")] });
  for (const ring of [key, armored]) {
    const { stdout } = await run({
      file: "sqv",
      args: ["--keyring", ring, join(suite, "Release.gpg"), join(suite, "Release")],
    });
    assert.equal(stdout, signer.public.fingerprint);
  }
  const changed = join(folder, "Release");
  await writeFile(changed, `${await readFile(join(suite, "Release"), "utf8")}\n`);
  await assert.rejects(run({ file: "sqv", args: ["--keyring", key, join(suite, "Release.gpg"), changed] }));
  await assert.rejects(run({ file: "gpgv", args: ["--keyring", key, join(suite, "Release.gpg"), changed] }));
});

test("apt of this machine updates without a word, by hash, and finds the newest version", async () => {
  await publish(old, young);
  await withApt(async (apt) => {
    const requests = await cleanUpdate(apt);
    assert.equal(requests[0], "dists/dev/InRelease");
    assert.ok(requests.length > 1);
    for (const path of requests.slice(1))
      assert.match(path, /^dists\/dev\/main\/binary-(amd64|arm64)\/by-hash\/SHA256\//);
    assert.equal(await candidate(apt), "1.1");
    const { stdout } = await apt.run("apt-cache", "show", "example=1.0");
    assert.match(stdout, /^Description: example program\n It prints its version\.\n \.\n And no more than that\.$/m);
    assert.match(
      (await apt.run("apt-get", "install", "--simulate", "example=1.0")).stdout,
      /^Inst example \(1\.0 Example:/m,
    );
  });
});

test("apt reads the members of each compression in full, and downloads from a folder with a plus", async () => {
  await publish(old, young);
  for (const compression of ["zst", "gz"]) {
    await withApt(async (apt) => {
      await cleanUpdate(apt, "-o", `Acquire::CompressionTypes::Order::=${compression}`);
      const { stdout } = await apt.run("apt-cache", "madison", "example");
      assert.deepEqual(stdout.match(/\d\.\d(?= \|)/g), ["1.1", "1.0"], compression);
      server.requests.length = 0;
      const { exitCode, stderr } = await apt.run("apt-get", "download", "example=1.0");
      assert.equal(exitCode, 0, stderr);
      assert.match(server.requests[0] ?? "", /^releases\/example\/1\.0\+0123456789ab\/example_1\.0_/);
    });
  }
});

test("an old client without InRelease takes Release and Release.gpg", async () => {
  await publish(old);
  const path = "dists/dev/InRelease";
  await rm(join(bucket, path));
  await withApt(async (apt) => {
    const { exitCode, stderr } = await apt.run("apt-get", "update");
    assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" });
    assert.equal(await candidate(apt), "1.0");
  });
});

test("a machine with an architecture that we do not ship hears nothing of it", async () => {
  await publish(old);
  await withApt(async (apt) => {
    const requests = await cleanUpdate(apt, "-o", "APT::Architectures::=amd64", "-o", "APT::Architectures::=i386");
    assert.ok(!requests.some((path) => path.includes("i386")));
  });
});

test("an index that lacks every package of an architecture is an index", async () => {
  await publish();
  await withApt(async (apt) => {
    await cleanUpdate(apt);
    assert.match((await apt.run("apt-cache", "stats")).stdout, /^Total package names: 0/m);
  });
});

test("back to an older release under a new date: clients see it; the replayed older InRelease they ignore", async () => {
  const inRelease = join(bucket, "dists/dev/InRelease");
  await publish(old, young);
  const replay = await readFile(inRelease);
  await withApt(async (apt) => {
    await cleanUpdate(apt);
    assert.equal(await candidate(apt), "1.1");
    await publish(old);
    await cleanUpdate(apt);
    assert.equal(await candidate(apt), "1.0");
    await writeFile(inRelease, replay);
    await apt.run("apt-get", "update");
    assert.equal(await candidate(apt), "1.0");
  });
});

test("a damaged index and a signature by another key stop apt", async () => {
  const { objects } = await publish(old);
  const byHash = Object.keys(objects).filter((path) => path.includes("/by-hash/"));
  const kept = await Promise.all(byHash.map((path) => readFile(join(bucket, path))));
  for (const path of byHash) await writeFile(join(bucket, path), "damaged");
  await withApt(async (apt) => assert.equal((await apt.run("apt-get", "update")).exitCode, 100));
  for (const [index, path] of byHash.entries()) await writeFile(join(bucket, path), kept[index] ?? "");
  await withApt(async (apt) => assert.ok((await cleanUpdate(apt)).length > 0));
  const stranger = await isolatedApt({
    sourcesText: sources,
    keyring: await keyringBytes([(await newSigner()).public]),
  });
  const { exitCode, stderr } = await stranger.run("apt-get", "update");
  await stranger.remove();
  assert.equal(exitCode, 100);
  assert.match(stderr, /NO_PUBKEY|is not signed/);
});

test("Packages says what apt-ftparchive says of the same files", async () => {
  await publish(old, young);
  const { stdout } = await run({
    file: "apt-ftparchive",
    args: [
      ...["MD5", "SHA1", "SHA512"].flatMap((hash) => ["-o", `APT::FTPArchive::${hash}=false`]),
      ...["-o", "APT::FTPArchive::LongDescription=true", "--arch", "amd64", "packages", "releases"],
    ],
    folder: bucket,
    environment: { APT_CONFIG: "" },
  });
  const ours = await readFile(join(bucket, "dists/dev/main/binary-amd64/Packages"), "utf8");
  const stanzas = (text: string) => text.trim().split("\n\n").sort();
  assert.deepEqual(stanzas(ours), stanzas(stdout.replaceAll(/^Description-md5: .*\n/gm, "")));
});

for (const release of ["12", "13"] as const) {
  test(`a Debian ${release} root: update without a word, install, upgrade, purge`, async () => {
    await publish(old);
    const root = await debianRoot({ release, sourcesText: sources, keyring: { path: KEYRING, bytes: keyring } });
    const quietly = async (...args: readonly string[]) => {
      const { exitCode, stdout, stderr } = await root.run("apt-get", ...args);
      assert.equal(exitCode, 0, stdout + stderr);
      assert.doesNotMatch(stdout + stderr, /^(W|N|E|Warning|Notice|Error|Ign|Err)\b/m);
    };
    try {
      server.requests.length = 0;
      await quietly("update");
      assert.ok(server.requests.some((path) => path.includes("/by-hash/SHA256/")));
      assert.match((await root.run("apt-cache", "policy", "example")).stdout, /Candidate: 1\.0/);
      await quietly("install", "--yes", "example");
      assert.equal((await root.run("example")).stdout, "1.0");
      await publish(old, young);
      await quietly("update");
      await quietly("upgrade", "--yes");
      assert.equal((await root.run("example")).stdout, "1.1");
      if (release === "13") await acceptedByPolicyToCome(root);
      await quietly("purge", "--yes", "example");
      assert.notEqual((await root.run("example")).exitCode, 0);
    } finally {
      await root.remove();
    }
  });
}

/** The policy that apt 3 gives sqv, as it will be in 2030: what apt warns about today is refused there. */
async function acceptedByPolicyToCome(root: DebianRoot): Promise<void> {
  for (const file of ["Release", "Release.gpg"]) {
    await copyFile(join(bucket, "dists/dev", file), join(root.folder, "root", file));
  }
  const sqv = await root.run(
    ...(["env", "SEQUOIA_CRYPTO_POLICY=/usr/share/apt/default-sequoia.config", "sqv"] as const),
    ...["--policy-as-of", "2030-01-01", "--keyring", KEYRING, "/root/Release.gpg", "/root/Release"],
  );
  assert.equal(sqv.stdout, signer.public.fingerprint, sqv.stderr);
}
