import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { type FileHandle, open, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { constants, deflateSync, gzipSync, inflateSync, zstdCompressSync } from "node:zlib";
import { ZipArchive } from "archiver";
import {
  expires,
  memoryStore,
  now,
  plannedMove,
  sampleContent,
  sampleSigner,
} from "../../packaging/channels/__fixtures__/bucket.ts";
import { moveChannel } from "../../packaging/channels/move.ts";
import { ensureTrust } from "../../packaging/channels/trust.ts";
import { xz } from "../../packaging/compression/xz.ts";
import { writeAr } from "../../packaging/containers/ar.ts";
import type { ArchiveEntry } from "../../packaging/containers/archive-entry.ts";
import { collect, contentOf } from "../../packaging/containers/member-content.ts";
import { writeTar } from "../../packaging/containers/tar.ts";
import { writeZip } from "../../packaging/containers/zip.ts";
import { newer, older } from "../../packaging/difference/__fixtures__/releases.ts";
import { signedSlice } from "../../packaging/formats/macos/__fixtures__/code-signature.ts";
import { pkgJob } from "../../packaging/formats/macos/__fixtures__/job.ts";
import { adHocSignature, arm, machO } from "../../packaging/formats/macos/__fixtures__/mach-o.ts";
import { writeBom } from "../../packaging/formats/macos/bom.ts";
import { writeCpio } from "../../packaging/formats/macos/cpio.ts";
import { writeFatMachO } from "../../packaging/formats/macos/mach-o-fat.ts";
import { writePkg } from "../../packaging/formats/macos/pkg.ts";
import { writeSignedPkg } from "../../packaging/formats/macos/sign-pkg.ts";
import { staplePkg } from "../../packaging/formats/macos/stapled-ticket.ts";
import { xarHeader } from "../../packaging/formats/macos/xar-header.ts";
import { unsignedMsi } from "../../packaging/formats/windows/installer/__fixtures__/msi.ts";
import { writeSignedMsi } from "../../packaging/formats/windows/installer/sign-msi.ts";
import { unsignedProgram } from "../../packaging/formats/windows/program/__fixtures__/program.ts";
import { writeSignedPe } from "../../packaging/formats/windows/program/sign-pe.ts";
import { codeCms, marks } from "../../packaging/notarization/__fixtures__/developer-id.ts";
import { signAuthenticode } from "../../packaging/signing/authenticode/spc.ts";
import { signedAt, testSigner } from "../../packaging/signing/x509/__fixtures__/identities.ts";
import { timestampToken } from "../../packaging/signing/x509/__fixtures__/timestamp.ts";

/** Whole inputs, small, so that damage meets what has a meaning. They are the same in every run. */

const root = { owner: "root", group: "root" } as const;

function file(path: string, text: string, mode = 0o644): ArchiveEntry {
  const bytes = Buffer.from(text);
  return { ...root, type: "file", path, mode, size: bytes.length, content: contentOf(bytes) };
}

const tarOf = (entries: readonly ArchiveEntry[]) => collect(writeTar(entries, 1_700_000_000));

export const tars = [
  await tarOf([
    { ...root, type: "directory", path: "tool-1.0", mode: 0o755 },
    file("tool-1.0/bin/tool", "program", 0o755),
    file(`tool-1.0/${"long-".repeat(30)}ü`, "x"),
    { ...root, type: "symlink", path: "tool-1.0/link", mode: 0o777, target: "t".repeat(120) },
  ]),
  await tarOf([file("./etc/a", "1\n"), file("./usr/lib/systemd/system/a.service", "[Service]\n")]),
];

export const controlTars = [
  await tarOf([
    file("./control", "Package: a\nVersion: 1\nArchitecture: all\nDescription: a\n More of it.\n"),
    file("./conffiles", "/etc/a\n"),
    file("./postinst", "#!/bin/sh\n", 0o755),
    file("./triggers", "activate-noawait ldconfig\n"),
  ]),
];

type Member = readonly [name: string, bytes: Uint8Array];

export function arOf(members: readonly Member[]): Promise<Buffer> {
  return collect(
    writeAr(
      members.map(([name, bytes]) => ({ name, size: bytes.length, content: contentOf(bytes) })),
      7,
    ),
  );
}

export function debOf(control: Uint8Array, data: Uint8Array): Promise<Buffer> {
  return arOf([
    ["debian-binary", Buffer.from("2.0\n")],
    ["control.tar", control],
    ["data.tar", data],
  ]);
}

const [tar = Buffer.alloc(0), data = Buffer.alloc(0)] = tars;
const [control = Buffer.alloc(0)] = controlTars;
/** With a checksum, as ours have it. */
const zstdOf = (bytes: Uint8Array) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const xzOf = (bytes: Uint8Array) => collect(xz(contentOf(bytes)));

export const ars = [
  await arOf([
    ["one", Buffer.from("odd")],
    ["two", Buffer.from("even")],
  ]),
];
export const gzips = [gzipSync(tar), Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))])];
export const zstds = [zstdOf(tar), Buffer.concat([tar.subarray(0, 700), tar.subarray(700)].map(zstdOf))];
export const xzs = [await xzOf(tar)];
export const debs = [
  await debOf(control, data),
  await arOf([
    ["debian-binary", Buffer.from("2.0\n")],
    ["control.tar.gz", gzipSync(control)],
    ["data.tar.zst", zstdOf(data)],
  ]),
  await arOf([
    ["debian-binary", Buffer.from("2.0\n")],
    ["control.tar.xz", await xzOf(control)],
    ["data.tar.xz", await xzOf(data)],
  ]),
];

async function zipOf(options: { readonly forceZip64: boolean }): Promise<Buffer> {
  const archive = new ZipArchive(options);
  const date = new Date("2026-01-31T09:00:00Z");
  archive.append("program ".repeat(50), { name: "tool-1.0/tool.exe", mode: 0o755, date });
  archive.append("stored", { name: "tool-1.0/größe.txt", mode: 0o644, date, store: true });
  archive.symlink("tool-1.0/link", "tool.exe", 0o777);
  archive.append("", { name: "tool-1.0/empty/", date });
  await archive.finalize();
  return atOneTime(await collect(archive as AsyncIterable<Buffer>));
}

/** archiver gives a link the time of now: every header's time (APPNOTE 4.3.7, 4.3.12) becomes one that never changes. */
function atOneTime(zip: Buffer): Buffer {
  for (const [signature, offset] of [
    ["PK\x03\x04", 10],
    ["PK\x01\x02", 12],
  ] as const) {
    for (let at = zip.indexOf(signature); at >= 0; at = zip.indexOf(signature, at + 1)) {
      zip.writeUInt32LE(0x5c3f_4800, at + offset);
    }
  }
  return zip;
}
export const zips = [
  await zipOf({ forceZip64: false }),
  await zipOf({ forceZip64: true }),
  await collect(
    writeZip(
      [
        { ...root, type: "directory", path: "tool-1.0", mode: 0o755 },
        file("tool-1.0/bin/tool", "program ".repeat(50), 0o755),
        { ...root, type: "symlink", path: "tool-1.0/link", mode: 0o777, target: "bin/tool" },
      ],
      1_700_000_000,
    ),
  ),
];

const utf8 = (text: string) => Buffer.from(text);

const bomEntry = { uid: 0, gid: 0, mtime: 1_700_000_000, size: 0, checksum: 0, target: "" } as const;
const bomFiles = Array.from({ length: 300 }, (_, at) => ({
  ...bomEntry,
  type: "file" as const,
  path: `./f${at}`,
  mode: 0o644,
}));
const bomRoot = { ...bomEntry, type: "directory" as const, path: ".", mode: 0o755 };
const bomLink = { ...bomEntry, type: "symlink" as const, path: "./link", mode: 0o777, target: "f1" };
export const boms = [writeBom([bomRoot, bomLink]), writeBom([bomRoot, ...bomFiles])];
export const cpios = [
  await collect(
    writeCpio(
      [
        { ...root, type: "directory", path: ".", mode: 0o755 },
        file("./tool", "program", 0o755),
        { ...root, type: "symlink", path: "./link", mode: 0o777, target: "tool" },
      ],
      1_700_000_000,
    ),
  ),
];
export const codeSigners = [codeCms(marks.application), codeCms(undefined, false)];
export const stapledPackages = [await collect(staplePkg(contentOf(utf8("archive")), utf8("s8ch of a test")))];
export const machOs = [
  signedSlice({ body: "code ".repeat(900) }, { team: "T", entitlements: "<plist/>", cms: utf8("30800000") }),
  machO({ signature: adHocSignature() }),
  await collect(
    writeFatMachO(
      [machO(), machO(arm)].map((bytes, at) => ({
        slice: { arch: at === 0 ? "x86_64" : "aarch64", kind: "program", size: bytes.length, signed: false },
        content: contentOf(bytes),
      })),
    ),
  ),
];
const spool = join(mkdtempSync(join(tmpdir(), "slipway-fuzz-pkg-")), "spool");
export const pkgs = [await collect(writePkg(pkgJob(), { spool, packed: () => undefined }))];
rmSync(dirname(spool), { recursive: true });
const [pkg = Buffer.alloc(0)] = pkgs;
const heapAt = 28 + Number(pkg.readBigUInt64BE(8));
/** The package's table of contents, and the package with another one, whose checksum fits. */
export const xarTables = [inflateSync(pkg.subarray(28, heapAt))];
export function xarOf(table: Uint8Array): Buffer {
  const packed = deflateSync(table);
  const header = xarHeader({ tocLength: packed.length, tocSize: table.length, algorithm: "sha1" });
  const checksum = createHash("sha1").update(packed).digest();
  return Buffer.concat([header, packed, checksum, pkg.subarray(heapAt + checksum.length)]);
}

export const records = [older, newer].map(({ text }) => utf8(text));
export const inventories = [older, newer].flatMap((it) => [...it.inventories.values()].map(utf8));

/** A bucket whose channel was moved twice. */
async function movedBucket(): Promise<ReadonlyMap<string, Buffer>> {
  const [rootKey, targets, mover] = [sampleSigner(1), sampleSigner(2), sampleSigner(3)];
  const store = memoryStore();
  const movers = [{ product: "runtime", channel: "stable", key: mover.public }];
  await ensureTrust(store, { root: rootKey, targets, movers, expires, now });
  for (const content of [sampleContent("1.0.0"), sampleContent("1.1.0", "1.0.0")]) {
    await moveChannel(store, await plannedMove(store, content, mover));
  }
  return new Map([...store.objects].filter(([path]) => /^(?:tuf|channels)\//.test(path)));
}
export const bucket = await movedBucket();

const golden = join(import.meta.dirname, "..", "..", "packaging", "repositories", "apt", "__golden__");
const release = await readFile(join(golden, "Release"));
const signature = "-----BEGIN PGP SIGNATURE-----\n\niHUE\n=AAAA\n-----END PGP SIGNATURE-----\n";
export const releases = [
  release,
  utf8(`-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${release.toString()}${signature}`),
];
export const packages = [await readFile(join(golden, "Packages"))];

const signing = { signer: await testSigner("authenticode"), signedAt, description: "Courier" };

/** What the signatures in `signatures` are of. */
export const signedDigest = createHash("sha256").update("signed").digest();

export const signatures = [false, true].map((stamped) => {
  const plain = signAuthenticode("program", signedDigest, signing);
  const timestamp = timestampToken(plain.signature, signedAt);
  return stamped ? signAuthenticode("program", signedDigest, { ...signing, timestamp }).bytes : plain.bytes;
});

async function signedFile(
  write: (file: FileHandle, size: number) => AsyncIterable<Uint8Array>,
  unsigned: Uint8Array,
): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-seeds-"));
  await writeFile(join(folder, "unsigned"), unsigned);
  const opened = await open(join(folder, "unsigned"));
  try {
    return await collect(write(opened, unsigned.length));
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true });
  }
}

const nobody = () => undefined;
export const signedPrograms = [
  await signedFile((file, size) => writeSignedPe(file, size, signing, nobody), unsignedProgram()),
];
export const signedInstallers = [
  await signedFile(
    (file, size) => writeSignedMsi(file, size, signing, nobody),
    await unsignedMsi(join(tmpdir(), `slipway-seeds-${process.pid}`)),
  ),
];

const installerSigning = { signer: await testSigner("apple-installer"), signedAt };
const writing = { spool: join(tmpdir(), `slipway-seeds-${process.pid}`), packed: () => undefined };
export const signedPackages = [
  await signedFile(
    (file, size) => writeSignedPkg(file, size, pkgJob().epoch, installerSigning, nobody),
    await collect(writePkg(pkgJob(), writing)),
  ),
];
