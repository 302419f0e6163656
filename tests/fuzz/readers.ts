import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { type FileHandle, open, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { canonicalJson } from "../../packaging/canonical-json.ts";
import { memoryStore } from "../../packaging/channels/__fixtures__/bucket.ts";
import { parseEntry } from "../../packaging/channels/entry.ts";
import { parseRoot, parseSnapshot, parseTargets, parseTimestamp } from "../../packaging/channels/metadata.ts";
import { journal, readChannel, readSnapshot } from "../../packaging/channels/read.ts";
import { readAr } from "../../packaging/containers/ar-reader.ts";
import { collect, contentOf } from "../../packaging/containers/member-content.ts";
import { blockSize, headerChecksum } from "../../packaging/containers/tar-header.ts";
import { readTar } from "../../packaging/containers/tar-reader.ts";
import type { Contents } from "../../packaging/contents/contents.ts";
import { readContents } from "../../packaging/contents/read-contents.ts";
import { contentsText } from "../../packaging/contents/text.ts";
import { compare } from "../../packaging/difference/difference.ts";
import { fileSide } from "../../packaging/difference/file-side.ts";
import { differenceMarkdown } from "../../packaging/difference/markdown.ts";
import { differenceText } from "../../packaging/difference/text.ts";
import { sha256 } from "../../packaging/digest.ts";
import { SlipwayError } from "../../packaging/errors.ts";
import { readBom } from "../../packaging/formats/macos/bom-reader.ts";
import { isSignedCode } from "../../packaging/formats/macos/code-pages.ts";
import { readSliceSignatures } from "../../packaging/formats/macos/code-signature.ts";
import { readSignerFacts } from "../../packaging/formats/macos/code-signer.ts";
import { readCpio } from "../../packaging/formats/macos/cpio-reader.ts";
import { readStapledTicket, staplePkg } from "../../packaging/formats/macos/stapled-ticket.ts";
import { verifyPkg } from "../../packaging/formats/macos/verify-pkg.ts";
import { verifyMsi } from "../../packaging/formats/windows/installer/sign-msi.ts";
import { verifyPe } from "../../packaging/formats/windows/program/sign-pe.ts";
import { readSummary } from "../../packaging/formats/windows/summary/summary-information.ts";
import { entryPath, inventoryText, parseInventory } from "../../packaging/record/inventory.ts";
import { parseRecord, recordText } from "../../packaging/record/record.ts";
import { cleartextOf, parseRelease } from "../../packaging/repositories/apt/release-file.ts";
import { verifyAuthenticode } from "../../packaging/signing/authenticode/spc.ts";
import { root as trusted } from "../../packaging/signing/x509/__fixtures__/identities.ts";
import { type Damaged, damaged, damagedJson } from "./damage.ts";
import * as seeds from "./seeds.ts";
import { readCabinetFile, readCompoundFile, readDatabaseOf, readInstallerFile } from "./windows-readers.ts";
import * as windows from "./windows-seeds.ts";

/** A property that the short and the long run share; `runs` is how many cases a second or so gives. */
export interface FuzzProperty {
  readonly name: string;
  readonly runs: number;
  readonly property: fc.IAsyncPropertyWithHooks<[unknown]>;
}

const scratch = mkdtempSync(join(tmpdir(), "slipway-fuzz-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** Whatever is read, the answer is a value or one sentence; `read` looks at the value itself. */
function reader(
  name: string,
  runs: number,
  inputs: fc.Arbitrary<Damaged>,
  read: (bytes: Uint8Array, input: Damaged) => Promise<unknown> | unknown,
): FuzzProperty {
  const property = fc.asyncProperty(inputs, async (input) => {
    try {
      await read(input.bytes, input);
    } catch (error) {
      if (!(error instanceof SlipwayError) || input.whole) throw error;
      assert.ok(error.message.length < 20_000, "a refusal is a sentence");
    }
  });
  return { name, runs, property: property as FuzzProperty["property"] };
}

/** Reads a file as `slipway inspect` and `diff` do, and holds what comes out to what they promise. */
async function contents(bytes: Uint8Array): Promise<Contents> {
  const file = join(scratch, "input");
  await writeFile(file, bytes);
  const found = await readContents(file);
  const paths = found.entries.map(({ path }) => Buffer.from(path));
  assert.ok(
    paths.every((path, at) => at === 0 || Buffer.compare(paths[at - 1] ?? path, path) < 0),
    "sorted, none twice",
  );
  assert.ok(
    found.entries.every(({ path }) => entryPath.test(path)),
    "plain paths",
  );
  const side = fileSide(found, "input");
  const nothing = { ...side, artifacts: [] };
  for (const text of [
    contentsText(found),
    differenceText(compare(side, side)),
    differenceText(compare(nothing, side)),
    differenceMarkdown(compare(side, nothing)),
  ]) {
    assert.doesNotMatch(text, /(?!\n)\p{Cc}/u, "nothing that a terminal obeys");
  }
  return found;
}

/** The same for what carries checksums: a file that is read at all is one of those that went in. */
async function checksummed(archives: readonly Uint8Array[]): Promise<(bytes: Uint8Array) => Promise<void>> {
  const known = new Set<string | undefined>();
  for (const archive of archives) {
    for (const entry of (await contents(archive)).entries) {
      known.add(entry.sha256);
      // A zip archive's link that is not marked as one is a file that holds the target.
      if (entry.target !== undefined) known.add(sha256(entry.target));
    }
  }
  return async (bytes) => {
    const { entries } = await contents(bytes);
    assert.ok(
      entries.every(({ sha256 }) => known.has(sha256)),
      "no content but what went in",
    );
  };
}

/** Damage behind a checksum is met only where the checksum fits. */
function mended(inputs: fc.Arbitrary<Damaged>): fc.Arbitrary<Damaged> {
  return fc.tuple(inputs, fc.boolean()).map(([{ bytes, ...input }, mend]) => {
    const copy = Buffer.from(bytes);
    for (let at = 0; mend && at + blockSize <= copy.length; at += blockSize) {
      if (copy.toString("latin1", at + 257, at + 262) !== "ustar") continue;
      const sum = headerChecksum(copy.subarray(at, at + blockSize))
        .toString(8)
        .padStart(6, "0");
      copy.write(`${sum}\0 `, at + 148, "latin1");
    }
    return { ...input, bytes: copy };
  });
}

/** What is verified is what was signed, to the byte. */
function assertWhole(bytes: Uint8Array, whole: readonly Buffer[]): void {
  assert.ok(
    whole.some((it) => it.equals(bytes)),
    "a damaged file is verified",
  );
}

async function onDisk(bytes: Uint8Array, read: (file: FileHandle) => Promise<unknown>): Promise<void> {
  const name = join(scratch, "signed");
  await writeFile(name, bytes);
  const file = await open(name);
  try {
    await read(file);
  } finally {
    await file.close();
  }
}

function same(text: string, bytes: Uint8Array): void {
  assert.equal(text, Buffer.from(bytes).toString(), "what is accepted is the one text of what was read");
}

const tufParsers = [parseRoot, parseTargets, parseSnapshot, parseTimestamp];
const objects = [...seeds.bucket];
const objectBytes = objects.map(([, bytes]) => bytes);
const entries = objects.filter(([path]) => path.startsWith("channels/")).map(([, bytes]) => bytes);
const [tar = Buffer.alloc(0), data = Buffer.alloc(0)] = seeds.tars;
const [control = Buffer.alloc(0)] = seeds.controlTars;

async function channels(bytes: Uint8Array, { seed }: Damaged): Promise<void> {
  const store = memoryStore(new Map(objects.map(([path, old], at) => [path, at === seed ? Buffer.from(bytes) : old])));
  await readChannel(store, "runtime", "stable");
  await journal(store, "runtime", "stable");
  await readSnapshot(store);
}

/** Every reader of what comes from outside, with inputs that were whole once. */
export const readers: readonly FuzzProperty[] = [
  reader("ar", 300, damaged(seeds.ars), async (bytes) => {
    for await (const { size, mtime, content } of readAr(contentOf(bytes))) {
      assert.ok(Number.isSafeInteger(size) && Number.isSafeInteger(mtime), "numbers");
      assert.equal((await collect(content)).length, size);
    }
  }),
  reader("tar", 300, mended(damaged(seeds.tars)), async (bytes) => {
    for await (const { size, mode, uid, gid, mtime, content } of readTar(contentOf(bytes))) {
      assert.ok([size, mode, uid, gid, mtime].every(Number.isSafeInteger), "numbers");
      assert.equal((await collect(content)).length, size);
    }
  }),
  reader("tar file", 200, mended(damaged([tar, data])), contents),
  reader("tar.gz", 150, damaged(seeds.gzips), await checksummed(seeds.gzips)),
  reader("tar.zst", 150, damaged(seeds.zstds), await checksummed(seeds.zstds)),
  reader("tar.xz", 150, damaged(seeds.xzs), await checksummed(seeds.xzs)),
  reader("zip", 200, damaged(seeds.zips), await checksummed(seeds.zips)),
  reader("deb", 150, damaged(seeds.debs), contents),
  reader("deb control", 150, mended(damaged(seeds.controlTars)), async (it) => contents(await seeds.debOf(it, data))),
  reader("deb data", 150, mended(damaged([data, tar])), async (it) => contents(await seeds.debOf(control, it))),
  reader("pkg", 60, damaged(seeds.pkgs), await checksummed(seeds.pkgs)),
  reader("pkg table of contents", 60, damaged(seeds.xarTables), async (it) => contents(seeds.xarOf(it))),
  reader("cpio", 300, damaged(seeds.cpios), async (bytes) => {
    for await (const { size, mode, uid, gid, mtime, content } of readCpio(contentOf(bytes))) {
      assert.ok([size, mode, uid, gid, mtime].every(Number.isSafeInteger), "numbers");
      assert.equal((await collect(content)).length, size);
    }
  }),
  reader("Bom", 200, damaged(seeds.boms), (bytes) => {
    const paths = readBom(bytes).map(({ path }) => path);
    assert.equal(new Set(paths).size, paths.length, "none twice");
    assert.ok(
      paths.every((path) => path === "." || (path.startsWith("./") && !path.split("/").includes(".."))),
      "paths that do not climb",
    );
  }),
  reader("Mach-O", 80, damaged(seeds.machOs), async (bytes) => {
    const name = join(scratch, "tool");
    await writeFile(name, bytes);
    const file = await open(name);
    try {
      for (const slice of await readSliceSignatures(file, bytes.length, "tool")) {
        assert.ok(slice.size > 0 && slice.offset + slice.size <= bytes.length, "slices within the file");
        if (slice.signature.kind !== "none") await isSignedCode(file, slice, slice.signature);
      }
    } finally {
      await file.close();
    }
  }),
  reader("code signer", 150, damaged(seeds.codeSigners), (bytes) => {
    readSignerFacts(bytes, "tool");
  }),
  reader("stapled package", 150, damaged(seeds.stapledPackages), async (bytes) => {
    await onDisk(bytes, async (file) => {
      const { size, ticket } = await readStapledTicket(file, bytes.length);
      const archive = contentOf(bytes.subarray(0, size));
      if (ticket !== undefined) assert.ok((await collect(staplePkg(archive, ticket))).equals(bytes), "the one form");
      else assert.equal(size, bytes.length);
    });
  }),
  reader("signature", 150, damaged(seeds.signatures), (bytes) => {
    verifyAuthenticode("program", bytes, seeds.signedDigest, "The signature", [trusted]);
    assertWhole(bytes, seeds.signatures);
  }),
  reader("signed package", 60, damaged(seeds.signedPackages), async (bytes) => {
    await onDisk(bytes, (file) => verifyPkg(file, bytes.length, [trusted]));
    assertWhole(bytes, seeds.signedPackages);
  }),
  reader("signed program", 100, damaged(seeds.signedPrograms), async (bytes) => {
    await onDisk(bytes, (file) => verifyPe(file, bytes.length, [trusted]));
    assertWhole(bytes, seeds.signedPrograms);
  }),
  reader("signed installer", 60, damaged(seeds.signedInstallers), async (bytes) => {
    await onDisk(bytes, (file) => verifyMsi(file, bytes.length, [trusted]));
    assertWhole(bytes, seeds.signedInstallers);
  }),
  reader("record", 60, fc.oneof(damaged(seeds.records), damagedJson(seeds.records)), (bytes) => {
    same(recordText(parseRecord(bytes, "the record")), bytes);
  }),
  reader("inventory", 60, fc.oneof(damaged(seeds.inventories), damagedJson(seeds.inventories)), (bytes) => {
    same(inventoryText(parseInventory(bytes, "the inventory")), bytes);
  }),
  reader("document file", 60, damagedJson([...seeds.records, ...seeds.inventories]), contents),
  reader("channel entry", 200, fc.oneof(damaged(entries), damagedJson(entries)), (bytes) => {
    parseEntry(Buffer.from(bytes).toString(), "the entry");
  }),
  reader("TUF metadata", 100, fc.oneof(damaged(objectBytes), damagedJson(objectBytes)), (bytes) => {
    const parsed = tufParsers.map((parse) => parse(Buffer.from(bytes).toString()));
    for (const file of parsed) if (file !== undefined) same(canonicalJson(file.metadata.toJSON()), bytes);
  }),
  reader("channel", 30, fc.oneof(damaged(objectBytes), damagedJson(objectBytes)), channels),
  reader("Release", 300, damaged(seeds.releases), (bytes, { whole }) => {
    const text = Buffer.from(bytes).toString();
    const release = parseRelease(cleartextOf(text) ?? text);
    assert.ok(!whole || release !== undefined, "what is whole is read");
  }),
  reader("apt index file", 200, damaged([...seeds.releases, ...seeds.packages]), contents),
  reader("cabinet", 150, damaged(windows.cabinets), readCabinetFile),
  reader("compound file", 150, damaged(windows.compoundFiles), (bytes) => readCompoundFile(bytes, scratch)),
  reader("installer database", 200, damaged(windows.databaseParts.map(([, bytes]) => bytes)), readDatabaseOf),
  reader("summary information", 200, damaged(windows.summaries), (bytes) => readSummary(Buffer.from(bytes))),
  reader("installer", 60, damaged(windows.installers), (bytes) => readInstallerFile(bytes, scratch)),
  reader("installer file", 60, damaged(windows.installers), contents),
];
