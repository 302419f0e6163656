import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { assertRefusal, holdsRows } from "../__fixtures__/refused.ts";
import type { ArchiveEntry } from "../containers/archive-entry.ts";
import { collect, contentOf } from "../containers/member-content.ts";
import { SlipwayError } from "../errors.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { pkgJob } from "../formats/macos/__fixtures__/job.ts";
import { writeBom } from "../formats/macos/bom.ts";
import type { BomEntry } from "../formats/macos/bom-layout.ts";
import { writeCpio } from "../formats/macos/cpio.ts";
import { distributionText } from "../formats/macos/distribution.ts";
import { packageInfoText } from "../formats/macos/package-info.ts";
import { writePkg } from "../formats/macos/pkg.ts";
import { writeXar } from "../formats/macos/xar.ts";
import { zlibData } from "../formats/macos/xar-data.ts";
import { inventoryOf } from "../record/inventory.ts";
import { contentLimits } from "./budget.ts";
import { readContents } from "./read-contents.ts";
import { contentsText } from "./text.ts";

async function contentsOf(context: TestContext, bytes: Uint8Array, limits = contentLimits) {
  const file = join(await scratch(context), "courier.pkg");
  await writeFile(file, bytes);
  return readContents(file, limits);
}

async function written(context: TestContext, job = pkgJob()): Promise<Buffer> {
  const spool = join(await scratch(context), "spool");
  return collect(writePkg(job, { spool, packed: () => undefined }));
}

test("what is written is read again: entries, fields, scripts, time", async (context) => {
  const job = pkgJob();
  const { format, entries, control, scripts, texts, facts } = await contentsOf(context, await written(context, job));
  assert.equal(format, "pkg");
  // An inventory knows the formats that a release has; a tree's entries are the same in each.
  const asArchive = { ...job, format: { kind: "tar.gz", root: "courier" } } as const;
  assert.deepEqual(entries, inventoryOf(asArchive).entries);
  assert.deepEqual(facts, { component: "courier.pkg", time: "2023-11-14T22:13:20Z" });
  assert.deepEqual(Object.keys(scripts ?? {}), ["postinstall", "preinstall"]);
  assert.equal(texts?.["Scripts/postinstall"], job.format.scripts.postinstall);
  const fields = new Map(control);
  for (const [field, value] of [
    ["identifier", "dev.courier.courier"],
    ["version", "1.2.0"],
    ["install-location", "/"],
    ["numberOfFiles", "14"],
    ["installKBytes", "1"],
    ["title", "Courier & friends"],
    ["hostArchitectures", "arm64,x86_64"],
    ["os-version min", "12.0"],
  ]) {
    assert.equal(fields.get(field ?? ""), value, field);
  }
});

test("what is told of a package can be printed", async (context) => {
  const text = contentsText(await contentsOf(context, await written(context)));
  assert.match(text, /courier\.pkg: pkg, /);
  assert.match(text, /os-version min: 12\.0/);
  assert.match(text, /usr\/local\/bin\/courierctl -> courier/);
});

const root = { owner: "root", group: "root" } as const;
const sample = (): readonly ArchiveEntry[] => [
  { ...root, type: "directory", path: ".", mode: 0o755 },
  { ...root, type: "file", path: "./a", mode: 0o644, size: 1, content: contentOf(Buffer.from("a")) },
  { ...root, type: "symlink", path: "./l", mode: 0o777, target: "a" },
];
const base = { uid: 0, gid: 0, mtime: 0, size: 0, checksum: 0, target: "" };
const bom: readonly BomEntry[] = [
  { ...base, type: "directory", path: ".", mode: 0o755 },
  { ...base, type: "file", path: "./a", mode: 0o644, size: 1, checksum: 1_220_704_766 },
  { ...base, type: "symlink", path: "./l", mode: 0o777, size: 1, checksum: 1_220_704_766, target: "a" },
];

type Parts = Readonly<Record<string, Uint8Array | undefined>>;

/** A package of these members in the place of, or besides, those of a whole one. */
async function packageOf(changes: Parts = {}): Promise<Buffer> {
  const payload = gzipSync(await collect(writeCpio(sample(), 0)));
  const parts: Parts = {
    Distribution: Buffer.from(distributionText(pkgJob())),
    "tool.pkg/Bom": writeBom(bom),
    "tool.pkg/PackageInfo": Buffer.from(packageInfoText(pkgJob())),
    "tool.pkg/Payload": payload,
    ...changes,
  };
  const files = Object.entries(parts).flatMap(([path, bytes]) =>
    bytes === undefined ? [] : [{ path, data: zlibData(bytes) }],
  );
  return collect(writeXar(files, 0));
}

test("what the installer shows is told: texts as they are, other things by their digests", async (context) => {
  const found = await contentsOf(
    context,
    await packageOf({ "Resources/LICENSE": Buffer.from("Be kind.\n"), "Resources/a.png": Buffer.from([0xff, 0xfe]) }),
  );
  assert.deepEqual(found.texts, { "Resources/LICENSE": "Be kind.\n" });
  assert.match(`${found.facts["Resources/a.png"]}`, /^[0-9a-f]{64}$/);
  assert.equal(found.scripts, undefined);
});

const bomWith = (at: number, change: Partial<BomEntry>) => ({
  "tool.pkg/Bom": writeBom(bom.map((entry, index) => (index === at ? { ...entry, ...change } : entry))),
});
const cpioOf = async (entries: readonly ArchiveEntry[]) => gzipSync(await collect(writeCpio(entries, 0)));
const script = (path: string): ArchiveEntry => ({
  ...root,
  type: "file",
  path,
  mode: 0o755,
  size: 1,
  content: contentOf(Buffer.from("x")),
});

const damages: readonly (readonly [what: string, parts: Parts, says: string])[] = [
  ["no Distribution", { Distribution: undefined }, "no Distribution"],
  ["no Bom", { "tool.pkg/Bom": undefined }, "no Bom"],
  ["no Payload", { "tool.pkg/Payload": undefined }, "no Bom, PackageInfo and Payload"],
  ["no component", { "tool.pkg/PackageInfo": undefined }, "0 components"],
  ["two components", { "other.pkg/PackageInfo": Buffer.from("<pkg-info/>") }, "2 components"],
  ["a Bom that is none", { "tool.pkg/Bom": Buffer.from("Bom") }, "no Bom: it does not start"],
  ["a payload in chunks of xz", { "tool.pkg/Payload": Buffer.from("pbzx") }, "gzip"],
  ["a payload that is no cpio", { "tool.pkg/Payload": gzipSync(Buffer.alloc(512)) }, "070707"],
  ["PackageInfo that is no XML", { "tool.pkg/PackageInfo": Buffer.from("{}") }, "PackageInfo"],
  ["a Distribution of a document type", { Distribution: Buffer.from("<!DOCTYPE a><a/>") }, "document type"],
  ["another mode in the Bom", bomWith(1, { mode: 0o755 }), "another mode"],
  ["another owner in the Bom", bomWith(1, { uid: 501 }), "another uid"],
  ["another group in the Bom", bomWith(0, { gid: 80 }), "another gid"],
  ["another size in the Bom", bomWith(1, { size: 2 }), "another size"],
  ["another checksum in the Bom", bomWith(1, { checksum: 2 }), "another checksum"],
  ["another target in the Bom", bomWith(2, { target: "b" }), "another target"],
  ["another checksum of a link in the Bom", bomWith(2, { checksum: 2 }), "another checksum"],
  ["another type in the Bom", bomWith(1, { type: "directory" }), "another type"],
  ["an entry that the Bom has not", { "tool.pkg/Bom": writeBom(bom.slice(0, 2)) }, "has no such entry"],
  ["an entry that only the Bom has", bomExtra(), "not in its payload"],
  ["an entry twice", { "tool.pkg/Payload": await cpioOf([...sample(), ...sample().slice(1)]) }, "twice"],
  ["a payload that climbs", { "tool.pkg/Payload": climbing(await cpioOf(sample())) }, "is no plain path"],
  ["a member of no known place", { "tool.pkg/Extra": Buffer.from("x") }, '"tool.pkg/Extra", which is not read'],
  ["a resource whose name hides", { "Resources/a\u202eb": Buffer.from("x") }, "which is not read"],
  ["a script in a folder", { "tool.pkg/Scripts": await cpioOf([script("./a/b")]) }, "each script"],
  ["a script twice", { "tool.pkg/Scripts": await cpioOf([script("./a"), script("./a")]) }, "each script"],
  ["a link for a script", { "tool.pkg/Scripts": await cpioOf(sample()) }, "each script"],
];

function bomExtra(): Parts {
  const more: BomEntry = { ...base, type: "directory", path: "./d", mode: 0o755 };
  return { "tool.pkg/Bom": writeBom([...bom, more]) };
}

/** ./a becomes a path of the same length that leaves the folder. */
function climbing(payload: Buffer): Buffer {
  const plain = gunzipSync(payload);
  plain.write("/..", plain.indexOf("./a\0"));
  return gzipSync(plain);
}

holdsRows("macOS packages", 27, damages);

for (const [what, parts, says] of damages) {
  test(`a package with ${what} is refused`, async (context) => {
    await assert.rejects(contentsOf(context, await packageOf(parts)), (error) => {
      assertRefusal(error, "SLW-FORMAT", says);
      return true;
    });
  });
}

test("a package that unpacks to too much is refused", async (context) => {
  const bytes = await packageOf();
  await contentsOf(context, bytes);
  await assert.rejects(contentsOf(context, bytes, { ...contentLimits, unpacked: 0, ratio: 0.1 }), {
    code: "SLW-FORMAT",
  });
});

test("a flipped byte anywhere is noticed", async (context) => {
  const bytes = await packageOf();
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << bit), at);
      await assert.rejects(contentsOf(context, damaged), SlipwayError, `bit ${bit} of byte ${at}`);
    }),
    { numRuns: 60 },
  );
});
