import assert from "node:assert/strict";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type TestContext, test } from "node:test";
import { createGunzip } from "node:zlib";
import { sha256, sha256File } from "../../packaging/digest.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { pkgJob } from "../../packaging/formats/macos/__fixtures__/job.ts";
import { signedPkg } from "../../packaging/formats/macos/__fixtures__/signed-pkg.ts";
import { readBom } from "../../packaging/formats/macos/bom-reader.ts";
import { writePkg } from "../../packaging/formats/macos/pkg.ts";
import { run } from "../../packaging/process.ts";
import { fileEntry } from "../../packaging/staging/file-entry.ts";
import { growTree } from "../../packaging/staging/grow-tree.ts";
import { digestsOf, filesBelow } from "../engine/bucket-files.ts";
import { appleXar, machineTool } from "../tools.ts";

const bsdtar = machineTool("bsdtar", "libarchive-tools");
const sevenZip = machineTool("7zz", "7zip");
const cksum = machineTool("cksum", "coreutils");
const utf8 = { LC_ALL: "C.UTF-8", TZ: "UTC" };

/** A package, and the folder that bsdtar has unpacked it into. */
async function unpacked(context: TestContext, job = pkgJob()) {
  const folder = await scratch(context);
  const file = join(folder, job.name);
  const spool = join(folder, "spool");
  await pipeline(writePkg(job, { spool, packed: () => undefined }), createWriteStream(file));
  const out = join(folder, "out");
  await mkdir(out);
  await run({ file: bsdtar, args: ["-xf", file], folder: out, environment: utf8 });
  return { file, component: join(out, `${job.product}.pkg`) };
}

/** What a gzip member holds is what bsdtar lists and unpacks as a cpio archive. */
async function payloadOf(context: TestContext, member: string) {
  const folder = await scratch(context);
  const archive = join(folder, "payload.cpio");
  await pipeline(createReadStream(member), createGunzip(), createWriteStream(archive));
  const root = join(folder, "root");
  await mkdir(root);
  const list = ["--numeric-owner", "-tvf", archive];
  const { stdout } = await run({ file: bsdtar, args: list, environment: utf8 });
  await run({ file: bsdtar, args: ["-xpf", archive], folder: root, environment: utf8 });
  return { root, lines: stdout.split("\n") };
}

test("7-Zip finds every checksum of a package right", async (context) => {
  const { file } = await unpacked(context);
  const { stdout } = await run({ file: sevenZip, args: ["t", "-bd", file], environment: utf8 });
  assert.match(stdout, /Everything is Ok/);
  const { stdout: list } = await run({ file: sevenZip, args: ["l", "-ba", "-slt", file], environment: utf8 });
  const paths = [...list.matchAll(/^Path = (.*)$/gm)].map(([, path]) => path);
  const members = ["Bom", "PackageInfo", "Payload", "Scripts"].map((name) => `courier.pkg/${name}`);
  assert.deepEqual(new Set(paths), new Set(["[TOC].xml", "Distribution", "courier.pkg", ...members]));
});

test("Apple's xar lists and unpacks a package, unsigned and signed, as bsdtar does", async (context) => {
  const { file } = await unpacked(context);
  const folder = await scratch(context);
  const signed = join(folder, "signed.pkg");
  await writeFile(signed, await signedPkg(folder));
  const [xar, ...args] = appleXar();
  for (const archive of [file, signed]) {
    const out = await scratch(context);
    await run({ file: xar, args: [...args, "-xf", archive], folder: out, environment: utf8 });
    const reference = await scratch(context);
    await run({ file: bsdtar, args: ["-xf", archive], folder: reference, environment: utf8 });
    assert.deepEqual(digestsOf(await filesBelow(out)), digestsOf(await filesBelow(reference)));
    assert.equal((await filesBelow(out)).size, 5);
  }
  const bytes = await readFile(signed);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 100) ^ 1, bytes.length - 100);
  await writeFile(signed, bytes);
  const flipped = run({ file: xar, args: [...args, "-xf", signed], folder: await scratch(context), environment: utf8 });
  await assert.rejects(flipped, /ended with exit code 1/);
});

test("bsdtar unpacks the payload: files, links, modes, owners, times", async (context) => {
  const job = pkgJob();
  const { component } = await unpacked(context, job);
  const { root, lines } = await payloadOf(context, join(component, "Payload"));
  assert.equal(lines.length, job.tree.entries.length + 1);
  for (const line of lines) assert.match(line, /^[-dl][-rwx]{9} +1 0 +0 +\d+ Nov 14 +2023 \.(?:\/|$)/);
  for (const entry of job.tree.entries) {
    const path = join(root, entry.path);
    if (entry.type === "symlink") assert.equal(await readlink(path), entry.target);
    else assert.equal((await stat(path)).mode & 0o7777, entry.mode, entry.path);
    if (entry.type === "file") assert.equal(sha256(await readFile(path)), entry.sha256, entry.path);
  }
});

test("the Bom says of each file what cksum says of what bsdtar unpacked", async (context) => {
  const { component } = await unpacked(context);
  const { root } = await payloadOf(context, join(component, "Payload"));
  const files = readBom(await readFile(join(component, "Bom"))).filter(({ type }) => type === "file");
  assert.equal(files.length, 4);
  for (const { path, size, checksum } of files) {
    const { stdout } = await run({ file: cksum, args: [join(root, path)] });
    assert.ok(stdout.startsWith(`${checksum} ${size} `), path);
  }
});

test("the scripts are programs, and sh to the shell", async (context) => {
  const { component } = await unpacked(context);
  const { root } = await payloadOf(context, join(component, "Scripts"));
  for (const name of ["preinstall", "postinstall"]) {
    assert.equal((await stat(join(root, name))).mode & 0o7777, 0o755);
    await run({ file: "sh", args: ["-n", join(root, name)] });
  }
});

test("a payload of megabytes goes through, and comes out the same", async (context) => {
  const folder = await scratch(context);
  const file = join(folder, "large");
  // Neither all the same nor beyond compression, and more than any buffer on the way.
  const block = Buffer.from(Array.from({ length: 1 << 16 }, (_, at) => (at * at) >> 7));
  await writeFile(file, Buffer.concat(Array.from({ length: 48 }, (_, at) => block.subarray(at))));
  const input = { ...(await sha256File(file)), content: { kind: "disk", file } } as const;
  const tree = growTree([fileEntry("usr/local/bin/large", input, { part: "bin", mode: 0o755 })]);
  const { component } = await unpacked(context, pkgJob({ tree }));
  const { root } = await payloadOf(context, join(component, "Payload"));
  assert.equal((await sha256File(join(root, "usr/local/bin/large"))).sha256, input.sha256);
});
