import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { holdsRows } from "../../__fixtures__/refused.ts";
import { SlipwayError } from "../../errors.ts";
import type { TargetName } from "../../targets.ts";
import { fetchPayload } from "../payload.ts";
import { base256, pax, paxRecord, tar, tarEnd, tarMember } from "./__fixtures__/tar-bytes.ts";
import { extraField, type ZipMember, zip } from "./__fixtures__/zip-bytes.ts";

/** The honest part of every archive here: were the attack not seen, this file would be unpacked. */
const program = { name: "bin/runtime", content: "program" } as const;
const name = (path: string | Buffer) => tar(program, { name: path, content: "x" });
const entry = (member: ZipMember) => zip([program, member]);
const zipName = (path: string | Buffer) => entry({ name: path, content: "x" });
const unicodePath = (path: string) =>
  extraField(0x7075, Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), Buffer.from(path)]));
const zeros = Buffer.alloc(80 << 20);
const withZip64End = (offset: bigint) => {
  const bytes = zip([program]);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(offset, 8);
  return Buffer.concat([bytes.subarray(0, -22), locator, bytes.subarray(-22)]);
};
/** The first bytes of the honest zip: a local header and its data. */
const localPart = zip([program]).indexOf("PK\u0001\u0002");

type Attack = readonly [
  label: string,
  file: "tar" | "tar.gz" | "tar.zst" | "zip",
  bytes: Buffer,
  says: string,
  target?: TargetName,
];

// biome-ignore format: a table, one row for each attack
const attacks: readonly Attack[] = [
  // Names
  ["absolute", "tar", name("/etc/passwd"), "has an entry /etc/passwd, which is an absolute path"],
  ["absolute with a drive", "tar", name("C:/boot.ini"), "has an entry C:/boot.ini, which is an absolute path"],
  ["absolute in a zip", "zip", zipName("/etc/passwd"), "has an entry /etc/passwd, which is an absolute path"],
  ["up", "tar", name("../outside"), 'has an entry ../outside, which has ".." in its path'],
  ["up in the middle", "tar", name("bin/../../outside"), 'has ".." in its path'],
  ["up at the end", "tar", name("bin/.."), 'has ".." in its path'],
  ["up in a folder's name", "tar", tar(program, { name: "a/../../b/", type: "5" }), 'has ".." in its path'],
  ["up by backslashes", "tar", name("..\\outside"), "has a backslash in its name"],
  ["up behind a prefix", "tar", tar(program, { name: "x", prefix: "../../up", content: "x" }), 'has ".." in its path'],
  ["up in a zip", "zip", zipName("../outside"), 'has ".." in its path'],
  ["up by backslashes in a zip", "zip", zipName("..\\outside"), "has a backslash in its name"],
  ["up by a long name", "tar", tar(program, { name: "././@LongLink", type: "L", content: "../../outside\0" }, { name: "x", content: "x" }), 'has ".." in its path'],
  ["no name", "tar", tar(program, { name: "./", content: "" , type: "0"}, { name: "././", type: "2", link: "x" }), 'has an entry "", which is an empty name'],
  ["no name in a zip", "zip", zipName(""), 'has an entry "", which is an empty name'],
  ["an empty piece", "tar", name("bin//x"), 'has an empty name or "." inside its path'],
  ["a dot inside", "tar", name("bin/./x"), 'has an empty name or "." inside its path'],
  ["control character", "tar", name("bin/\u001b[31mx"), "has a control character in its name"],
  ["line end in a zip", "zip", zipName("bin/x\nbin/y"), "has a control character in its name"],
  ["zero byte in a zip", "zip", zipName("bin/x\0.txt"), "has a control character in its name"],
  ["not UTF-8", "tar", name(Buffer.from([0x62, 0xff, 0x61])), "which is not UTF-8"],
  ["not UTF-8 in a zip", "zip", zipName(Buffer.from([0x81, 0x62])), "which is not UTF-8"],
  ["long name not UTF-8", "tar", tar({ name: "@", type: "L", content: Buffer.from([0xff, 0x61, 0]) }, program), "has a long name that is not UTF-8"],
  ["name longer than a name", "tar", tar(program, pax({ path: "x".repeat(300) }), { name: "x" }), "has a name of 300 bytes"],
  ["path longer than a path", "tar", tar(program, pax({ path: `${"y".repeat(200)}/`.repeat(6) }), { name: "x", type: "5" }), "has more than 1023 bytes"],
  ["deeper than a tree", "tar", tar(program, pax({ path: `${"x/".repeat(70)}y` }), { name: "x" }), "is more than 64 folders deep"],
  // One name twice
  ["twice", "tar", tar(program, { ...program, content: "other" }), "has two entries named bin/runtime"],
  ["twice with ./", "tar", tar(program, { name: "./bin/runtime", content: "other" }), "has two entries named bin/runtime"],
  ["twice in a zip", "zip", zip([program, { ...program, content: "other" }]), "has two entries named bin/runtime"],
  ["case", "tar", name("bin/Runtime"), "has bin/runtime and bin/Runtime, which differ only by case"],
  ["case of a folder", "tar", name("BIN/other"), "has bin and BIN, which differ only by case"],
  ["case in a zip", "zip", zipName("bin/RUNTIME"), "which differ only by case"],
  ["accents composed in two ways", "tar", tar(program, { name: "\u00e9" }, { name: "e\u0301" }), "which differ only by case"],
  ["below a file", "tar", name("bin/runtime/x"), "has a file bin/runtime, and bin/runtime/x below it"],
  ["a folder turns into a file", "tar", name("bin"), "has two entries named bin"],
  ["written through a link", "tar", tar(program, { name: "out", type: "2", link: "bin" }, { name: "out/x", content: "x" }), "has a link out, and out/x below it"],
  ["a link in place of a folder", "tar", tar({ name: "bin/", type: "5" }, { name: "bin", type: "2", link: "lib" }, program), "has two entries named bin"],
  ["a link in place of the program", "tar", tar({ name: "bin/runtime", type: "2", link: "../x" }, program), "has two entries named bin/runtime"],
  ["written through a link in a zip", "zip", zip([program, { name: "out", mode: 0o120777, content: "bin" }, { name: "out/x", content: "x" }]), "has a link out, and out/x below it"],
  // Links
  ["link out", "tar", tar(program, { name: "l", type: "2", link: "../../etc" }), "has a link l to ../../etc, which leads out of the archive"],
  ["link out of its root", "tar", tar(program, { name: "bin/l", type: "2", link: "../.." }), "which leads out of the archive"],
  ["link out by a chain", "tar", tar(program, { name: "a/b/d", type: "2", link: "../.." }, { name: "a/b/e", type: "2", link: "d/../x" }), "has a link a/b/e to d/../x, which leads out"],
  ["link absolute", "tar", tar(program, { name: "l", type: "2", link: "/etc/passwd" }), "has a link l to /etc/passwd, which is absolute"],
  ["link with backslashes", "tar", tar(program, { name: "l", type: "2", link: "..\\..\\x" }), "which is no path"],
  ["link to a drive", "tar", tar(program, { name: "l", type: "2", link: "c:/x" }), "which is absolute"],
  ["link by a long target", "tar", tar(program, { name: "@", type: "K", content: "../../../x\0" }, { name: "l", type: "2", link: "ok" }), "which leads out of the archive"],
  ["link by a pax target", "tar", tar(program, pax({ linkpath: "../../x" }), { name: "l", type: "2", link: "ok" }), "which leads out of the archive"],
  ["link out in a zip", "zip", entry({ name: "l", mode: 0o120777, content: "../../x" }), "which leads out of the archive"],
  ["deflated link out in a zip", "zip", entry({ name: "l", mode: 0o120777, content: "/etc/passwd", method: 8 }), "which is absolute"],
  ["endless link in a zip", "zip", entry({ name: "l", mode: 0o120777, content: "x".repeat(5000) }), "has a link l of 5000 bytes"],
  ["link with content", "tar", tar(program, { name: "l", type: "2", link: "bin", content: "x".repeat(512) }), "has a link l with content"],
  ["hard link out", "tar", tar(program, { name: "h", type: "1", link: "../../etc/passwd" }), "has a hard link h to ../../etc/passwd"],
  ["hard link absolute", "tar", tar(program, { name: "h", type: "1", link: "/etc/passwd" }), "which is an absolute path"],
  ["hard link to nothing", "tar", tar(program, { name: "h", type: "1", link: "later" }, { name: "later" }), "has a hard link h to later, and no such file before it"],
  ["hard link to a link", "tar", tar(program, { name: "l", type: "2", link: "bin" }, { name: "h", type: "1", link: "l" }), "and no such file before it"],
  ["hard link with content", "tar", tar(program, { name: "h", type: "1", link: "bin/runtime", content: "x" }), "has a hard link h with content"],
  // Other kinds of entries
  ["character device", "tar", tar(program, { name: "dev/null", type: "3" }), "has an entry dev/null, which is a character device"],
  ["block device", "tar", tar(program, { name: "dev/sda", type: "4" }), "which is a block device"],
  ["fifo", "tar", tar(program, { name: "pipe", type: "6" }), "which is a fifo"],
  ["contiguous file", "tar", tar(program, { name: "x", type: "7" }), 'which is of type "7"'],
  ["dump folder", "tar", tar(program, { name: "x", type: "D", content: "Yx\0\0" }), 'which is of type "D"'],
  ["second volume", "tar", tar(program, { name: "x", type: "M", content: "x" }), 'which is of type "M"'],
  ["Solaris attributes", "tar", tar(program, { name: "x", type: "A", content: "x" }), 'which is of type "A"'],
  ["type nobody knows", "tar", tar(program, { name: "x", type: "Q" }), 'which is of type "Q"'],
  ["sparse file", "tar", tar(program, { name: "x", type: "S", content: "x" }), "has a sparse file"],
  ["sparse file of pax", "tar", tar(program, pax({ "GNU.sparse.major": "1", "GNU.sparse.realsize": "9999999999" }), { name: "x", content: "x" }), "has a sparse file"],
  ["folder with content", "tar", tar(program, { name: "d/", type: "5", content: tarMember({ name: "hidden" }) }), "has a folder d/ with content"],
  ["fifo in a zip", "zip", entry({ name: "p", mode: 0o010644 }), "which is a fifo"],
  ["device in a zip", "zip", entry({ name: "d", mode: 0o020644 }), "which is a character device"],
  ["socket in a zip", "zip", entry({ name: "s", mode: 0o140644 }), "which is a socket"],
  ["folder with content in a zip", "zip", entry({ name: "d/", content: "x" }), "has a folder d/ with content"],
  ["folder by name alone", "zip", entry({ name: "d/", mode: 0o100644 }), "is a folder by its name and a file by its attributes"],
  ["folder by attributes alone", "zip", entry({ name: "d", mode: 0o040755 }), "is a file by its name and a folder by its attributes"],
  // Headers that say two things
  ["pax path up", "tar", tar(program, pax({ path: "../../x" }), { name: "x", content: "x" }), 'has ".." in its path'],
  ["pax path absolute", "tar", tar(program, pax({ path: "/etc/x" }), { name: "x", content: "x" }), "which is an absolute path"],
  ["pax path twice", "tar", tar({ name: "P", type: "x", content: Buffer.concat([paxRecord("path", Buffer.from("a")), paxRecord("path", Buffer.from("b"))]) }, program), "has a pax header with two values of path"],
  ["pax path empty", "tar", tar(pax({ path: "" }), program), "has a pax header whose path is no path"],
  ["pax path with a zero byte", "tar", tar(pax({ path: "a\0b" }), program), "has a pax header whose path is no path"],
  ["pax path over lines", "tar", tar(pax({ path: "a\nb" }), program), "has a pax header whose path is no path"],
  ["pax path not UTF-8", "tar", tar(pax({ path: Buffer.from([0x61, 0xff]) }), program), "has a pax header whose path is not UTF-8"],
  ["pax path in an attribute's value", "tar", tar(pax({ "SCHILY.xattr.user.x": Buffer.concat([Buffer.from("\n"), paxRecord("path", Buffer.from("etc/other"))]) }), program), "that can be read in two ways"],
  ["pax size that hides entries", "tar", tar(pax({ size: "0" }), { name: "x", content: tarMember({ name: "hidden", content: "x" }) }, program), "has headers for x that can be read in two ways"],
  ["pax size beyond the end", "tar", tar(pax({ size: "99999" }), program), "that can be read in two ways"],
  ["pax size below zero", "tar", tar(pax({ size: "-1" }), program), "has a pax header whose size is no size"],
  ["pax size in another notation", "tar", tar(pax({ size: "1e3" }), program), "has a pax header whose size is no size"],
  ["pax size of a link", "tar", tar(program, pax({ size: "512" }), { name: "l", type: "2", link: "bin" }, Buffer.alloc(512, "x")), "has a link l with content"],
  ["pax type", "tar", tar(pax({ type: "5" }), program), "has a pax header that changes an entry's type"],
  ["pax record with a wrong length", "tar", tar({ name: "P", type: "x", content: "99 path=x\n" }, program), "a pax header cannot be read"],
  ["pax record without an end", "tar", tar({ name: "P", type: "x", content: "9 path=xyz" }, program), "a pax header cannot be read"],
  ["two pax headers", "tar", tar(pax({ path: "a" }), pax({ path: "b" }), program), "has two pax headers for one entry"],
  ["empty pax header", "tar", tar({ name: "P", type: "x" }, program), 'which is of type "x"'],
  ["old pax header", "tar", tar(pax({ path: "a" }, "X"), program), 'has a header of type "X"'],
  ["endless pax header", "tar", tar({ name: "P", type: "x", content: paxRecord("comment", Buffer.alloc(70_000, "x")) }, program), "at most 65536 are read"],
  ["global path", "tar", tar(pax({ path: "bin/other" }, "g"), program), "has a pax header that gives every entry one path"],
  ["global size", "tar", tar(pax({ size: "0" }, "g"), program), "has a pax header that gives every entry one size"],
  ["global link target", "tar", tar(pax({ linkpath: "/etc" }, "g"), program), "has a pax header that gives every entry one linkpath"],
  ["two long names", "tar", tar({ name: "@", type: "L", content: "a\0" }, { name: "@", type: "L", content: "b\0" }, program), "has two long names for one entry"],
  ["long name and pax path", "tar", tar({ name: "@", type: "L", content: "a\0" }, pax({ path: "b" }), program), "has two long names for one entry"],
  ["size that is no number", "tar", tar({ ...program, size: Buffer.from("12x45678901\0") }), "the size in a header is no number"],
  ["size below zero", "tar", tar({ ...program, size: Buffer.alloc(12, 0xff) }), "the size in a header is no number"],
  ["wrong checksum", "tar", tar(program, { name: "x", checksum: 1 }), "checksum failure"],
  ["local name of another", "zip", entry({ name: "x", local: { name: "y" } }), "has an entry x whose local and central headers differ in name"],
  ["local size of another", "zip", entry({ name: "x", content: "x", local: { size: 5 } }), "differ in size"],
  ["local data of another size", "zip", entry({ name: "x", content: "x", local: { compressed: 5 } }), "differ in compressed size"],
  ["local method of another", "zip", entry({ name: "x", local: { method: 8 } }), "differ in compression method"],
  ["local checksum of another", "zip", entry({ name: "x", content: "x", local: { crc: 1 } }), "differ in checksum"],
  ["local flags of another", "zip", entry({ name: "x", local: { flags: 0x801 } }), "differ in flags"],
  ["a second name in a zip", "zip", entry({ name: "x", extra: unicodePath("bin/y") }), "has an entry with two names, x and bin/y"],
  ["local zip64 size of another", "zip", entry({ name: "x", content: "x", local: { size: 0xffffffff, extra: extraField(1, Buffer.from([9, 0, 0, 0, 0, 0, 0, 0])) } }), "differ in size"],
  // Where things lie
  ["bytes before a zip", "zip", zip([program], { before: Buffer.from("#!/bin/sh\n") }), "has 10 bytes before its first entry"],
  ["bytes between entries", "zip", zip([{ ...program, descriptor: Buffer.from("hidden") }, { name: "x" }]), "has 6 bytes between bin/runtime and x"],
  ["bytes before the directory", "zip", zip([program], { between: Buffer.alloc(100) }), "has 100 bytes between bin/runtime and the directory"],
  ["bytes behind a zip", "zip", zip([program], { after: Buffer.from("x") }), "has other bytes behind its end"],
  ["entries in one place", "zip", zip([program, { ...program, name: "bin/other", local: { name: "bin/runtime" }, offset: 0 }]), "differ in name"],
  ["one entry under two directories' records", "zip", zip([{ name: "a", content: "x" }, program, { name: "a", content: "x", offset: 0 }]), "has two entries named a"],
  ["an entry inside another", "zip", zip([{ name: "a", content: zip([program]).subarray(0, localPart) }, { ...program, offset: 31 }]), "has entries that share bytes: a and bin/runtime"],
  ["entries that are not counted", "zip", zip([program, { name: "x" }], { count: 1 }), "bytes between bin/runtime and the directory"],
  ["more entries than there are", "zip", zip([program], { count: 2 }), "is damaged: it ends too early"],
  ["directory far away", "zip", withZip64End(2n ** 64n - 5n), "is damaged: it ends too early"],
  ["directory nowhere", "zip", withZip64End(0n), "is damaged: invalid zip64 end of central directory record signature"],
  // Secrets
  ["encrypted", "zip", entry({ name: "x", content: "x".repeat(13), flags: 0x801, size: 1 }), "has an encrypted entry"],
  ["strongly encrypted", "zip", entry({ name: "x", flags: 0x841 }), "has an encrypted entry"],
  ["compression nobody reads", "zip", entry({ name: "x", content: "x", method: 93 }), "of compression method 93"],
  // Bombs
  ["entry too large", "tar", tar(program, { name: "x", size: base256(5n << 30n) }), "has an entry of 5368709120 bytes, x; at most 4294967296"],
  ["entry beyond all numbers", "tar", tar(program, { name: "x", size: base256(2n ** 63n) }), "checksum failure|the size in a header is no number|parsed number outside"],
  ["entry too large by pax", "tar", tar(program, pax({ size: "99999999999" }), { name: "x" }), "has an entry of 99999999999 bytes"],
  ["ratio of a gzip", "tar.gz", gzipSync(tar(program, { name: "x", content: zeros })), "and more than 200 times as many when unpacked"],
  ["ratio of a zstd", "tar.zst", zstdCompressSync(tar(program, { name: "x", content: zeros })), "and more than 200 times as many when unpacked"],
  ["ratio of a zip", "zip", zip([program, { name: "x", content: zeros, method: 8 }]), "and more than 200 times as many when unpacked"],
  ["ratio behind the end", "tar.gz", gzipSync(Buffer.concat([tar(program), zeros, Buffer.alloc(1)])), "and more than 200 times as many when unpacked"],
  ["compressed twice", "tar.gz", gzipSync(gzipSync(tar(program))), "is compressed twice"],
  ["a zip in place of a tar", "tar.gz", gzipSync(zip([program])), "is damaged, or no tar archive|is not a tar archive"],
  ["size of the program is a lie", "zip", zip([{ ...program, content: "program".repeat(100), method: 8, size: 7 }]), "is damaged: bin/runtime cannot be read"],
  ["checksum of the program is a lie", "zip", zip([{ ...program, crc: 7 }]), "bin/runtime has another checksum"],
  // Ends
  ["cut in an entry", "tar", tar({ ...program, content: "x".repeat(2000) }).subarray(0, 1500), "is cut short"],
  ["cut between entries", "tar", tarMember(program), "is cut short: its end is not marked"],
  ["cut in the end", "tar", Buffer.concat([tarMember(program), Buffer.alloc(512)]), "is cut short: its end is not marked"],
  ["cut in the compression", "tar.gz", gzipSync(tar(program)).subarray(0, -4), "is cut short"],
  ["cut in the zstd", "tar.zst", zstdCompressSync(tar(program)).subarray(0, -4), "is cut short"],
  ["cut zip", "zip", zip([program]).subarray(0, -1), "is no zip archive, or is cut short"],
  ["bytes behind a tar", "tar", Buffer.concat([tar(program), Buffer.from("more")]), "has other bytes behind its end"],
  ["a second tar behind the first", "tar", Buffer.concat([tar(program), tar({ name: "x" })]), "has other bytes behind its end"],
  ["an entry behind one end block", "tar", Buffer.concat([tarMember(program), Buffer.alloc(512), tar({ name: "x" })]), "goes on after a mark of its end"],
  ["bytes behind a gzip", "tar.gz", Buffer.concat([gzipSync(tar(program)), Buffer.from("more bytes")]), "is damaged: its gzip stream cannot be read|bytes behind its gzip stream"],
  ["zeros behind a gzip", "tar.gz", Buffer.concat([gzipSync(tar(program)), Buffer.alloc(64)]), "has 64 bytes behind its gzip stream"],
  ["bytes behind a zstd", "tar.zst", Buffer.concat([zstdCompressSync(tar(program)), Buffer.from("more bytes")]), "has 10 bytes behind its zstd stream"],
  ["an empty file", "tar", Buffer.alloc(0), "is not a tar archive"],
  ["a text", "tar", Buffer.from("not an archive, but a page that says so\n".repeat(40)), "is damaged, or no tar archive"],
  ["only an end", "tar", tarEnd, "there is no bin/runtime"],
  ["an empty zip file", "zip", Buffer.alloc(0), "is no zip archive, or is cut short"],
  // What Windows cannot hold
  ["device of Windows", "tar", name("bin/NUL"), "has the name NUL, which is a device on Windows", "windows-x86_64"],
  ["device with an ending", "tar", name("con.tar.gz/x"), "has the name con.tar.gz, which is a device", "windows-x86_64"],
  ["device with a raised digit", "tar", name("COM\u00b9.txt"), "which is a device on Windows", "windows-x86_64"],
  ["device with blanks", "tar", name("aux  .c"), "which is a device on Windows", "windows-x86_64"],
  ["device of Windows in a zip", "zip", zipName("lib/LPT1"), "which is a device on Windows", "windows-x86_64"],
  ["final dot", "tar", name("bin/runtime."), "ends in a dot or a blank", "windows-x86_64"],
  ["final blank", "zip", zipName("bin/x "), "ends in a dot or a blank", "windows-x86_64"],
  ["stream of a file", "tar", name("bin/x:y"), "has the letter : in its name", "windows-x86_64"],
  ["question mark", "zip", zipName("bin/x?"), "has the letter ? in its name", "windows-x86_64"],
];

const root = await mkdtemp(join(tmpdir(), "slipway-attacks-"));
after(() => rm(root, { recursive: true, force: true }));

function unpack(file: string, targetName: TargetName, cacheFolder: string) {
  const binaries = [{ name: "runtime", from: "bin/runtime" }];
  return fetchPayload(
    { name: targetName, binaries, payload: { kind: "directory", path: file } },
    { manifestFolder: root, cacheFolder },
  );
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((it) => !it.isDirectory()).map((it) => join(it.parentPath, it.name));
}

for (const [label, ending, bytes, says, targetName = "linux-x86_64"] of attacks) {
  test(`refused, and nothing is kept: ${label}`, async () => {
    const file = `archive.${ending}`;
    const cacheFolder = join(root, label);
    await writeFile(join(root, file), bytes);
    await assert.rejects(unpack(file, targetName, cacheFolder), (error) => {
      assert(error instanceof SlipwayError, String(error));
      const missing = says.startsWith("there is no");
      assert.equal(error.code, missing ? "SLW-PAYLOAD-MISSING" : "SLW-PAYLOAD-ARCHIVE", error.message);
      const sentence = error.message.replace(/^There/, "there");
      assert(missing || sentence.startsWith(`directory ${file} `), error.message);
      assert(missing || error.message.includes(" Nothing of it is used."), error.message);
      assert(
        says.split("|").some((it) => sentence.includes(it)),
        error.message,
      );
      assert.doesNotMatch(error.message.replaceAll("\n", ""), /\p{Cc}/u);
      return true;
    });
    assert.deepEqual(await filesBelow(cacheFolder), []);
  });
}

holdsRows("attacks", 150, attacks);

test("names that only Windows cannot hold are taken for other systems", async () => {
  for (const [label, ending, bytes, , targetName] of attacks) {
    if (targetName === undefined) continue;
    await writeFile(join(root, `fine.${ending}`), bytes);
    const { files } = await unpack(`fine.${ending}`, "linux-x86_64", join(root, "fine"));
    assert.equal(files.get("bin/runtime")?.size, 7, label);
  }
});
