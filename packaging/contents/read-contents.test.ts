import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { ZipArchive } from "archiver";
import type { ArtifactJob } from "../artifact.ts";
import { writeAr } from "../containers/ar.ts";
import type { ArchiveEntry } from "../containers/archive-entry.ts";
import { collect, contentOf } from "../containers/member-content.ts";
import { writeTar } from "../containers/tar.ts";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { product, target, texts, tree } from "../formats/__fixtures__/courier.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { conffiles, controlFields } from "../formats/debian/control.ts";
import { writeArtifact } from "../formats/formats.ts";
import { planArtifacts } from "../formats/plan.ts";
import { builtRelease } from "../record/__fixtures__/release.ts";
import { type InventoryEntry, inventoryOf, longestScript, mostScriptBytes } from "../record/inventory.ts";
import { type ContentLimits, contentLimits } from "./budget.ts";
import { readContents } from "./read-contents.ts";

const root = { owner: "root", group: "root" } as const;

async function contentsOf(bytes: Uint8Array, limits?: ContentLimits) {
  const folder = await mkdtemp(path.join(tmpdir(), "slipway-contents-"));
  try {
    await writeFile(path.join(folder, "file"), bytes);
    return await readContents(path.join(folder, "file"), limits);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** dpkg keeps edits of all of etc/, whatever the inventory was told. */
function asPackaged(job: ArtifactJob): readonly InventoryEntry[] {
  const kept = new Set(job.format.kind === "deb" ? conffiles(job) : []);
  return inventoryOf(job).entries.map((entry) => {
    const { config: _, ...rest } = entry as InventoryEntry & { config?: true };
    return (kept.has(`/${entry.path}`) ? { ...rest, config: true } : rest) as InventoryEntry;
  });
}

for (const compression of ["xz", "gzip", "zstd"] as const) {
  test(`what the inventory promises is inside the artifact: ${compression}`, async (context) => {
    const folder = await scratch(context);
    const installers = [
      { format: "tar.zst", compression: "zstd" },
      { format: "deb", compression },
    ] as const;
    for (const job of planArtifacts(product, { ...target, installers }, tree, texts)) {
      const file = path.join(folder, job.name);
      const written = await writeArtifact(job, file);
      const contents = await readContents(file);
      const { scripts, texts } = inventoryOf(job);
      assert.equal(contents.name, job.name);
      assert.deepEqual({ size: contents.size, sha256: contents.sha256 }, written);
      assert.equal(contents.format, job.format.kind);
      assert.deepEqual(contents.entries, asPackaged(job));
      assert.deepEqual(contents.scripts, scripts);
      assert.deepEqual(contents.texts, texts);
      assert.deepEqual(contents.control, job.format.kind === "deb" ? controlFields(job) : undefined);
      assert.equal(contents.facts["time"], "2023-11-14T22:13:20Z");
      assert.equal(contents.facts["root"], "root" in job.format ? job.format.root : undefined);
    }
  });
}

test("tar, bare and compressed by gzip, is one content; only what it is called by differs", async () => {
  const entries = (): readonly ArchiveEntry[] => [
    { ...root, type: "directory", path: "tool-1.0", mode: 0o755 },
    { ...root, type: "file", path: "tool-1.0/a", mode: 0o600, size: 1, content: contentOf(Buffer.from("a")) },
    { ...root, type: "symlink", path: "tool-1.0/b", mode: 0o777, target: "/anywhere" },
  ];
  const plain = await collect(writeTar(entries(), 0));
  const bare = await contentsOf(plain);
  const packed = await contentsOf(gzipSync(plain));
  assert.deepEqual([bare.format, packed.format], ["tar", "tar.gz"]);
  assert.deepEqual(packed.entries, bare.entries);
  assert.deepEqual(packed.facts, { ...bare.facts, compression: "gz" });
  assert.deepEqual(bare.facts, { root: "tool-1.0", time: "1970-01-01T00:00:00Z" });
  assert.deepEqual(bare.entries, [
    { path: "a", type: "file", mode: "0600", ...root, size: 1, sha256: sha256("a") },
    { path: "b", type: "symlink", mode: "0777", ...root, target: "/anywhere" },
  ]);
});

test("a zip archive of archiver's", async () => {
  const archive = new ZipArchive({ zlib: { level: 9 } });
  const date = new Date("2026-01-31T09:00:00Z");
  archive.append("program", { name: "tool-1.0/bin/tool.exe", mode: 0o755, date });
  archive.append("", { name: "tool-1.0/größe.txt", mode: 0o644, date });
  archive.append("x".repeat(100_000), { name: "tool-1.0/store.bin", mode: 0o600, date, store: true });
  archive.symlink("tool-1.0/link", "bin/tool.exe", 0o777);
  await archive.finalize();
  const { format, facts, entries } = await contentsOf(await collect(archive as AsyncIterable<Buffer>));
  assert.equal(format, "zip");
  assert.equal(facts["root"], "tool-1.0");
  const file = (name: string, mode: string, content: string) => {
    return { path: name, type: "file", mode, size: content.length, sha256: sha256(content) };
  };
  assert.deepEqual(entries, [
    file("bin/tool.exe", "0755", "program"),
    file("größe.txt", "0644", ""),
    { path: "link", type: "symlink", mode: "0777", target: "bin/tool.exe" },
    file("store.bin", "0600", "x".repeat(100_000)),
  ]);
});

test("records and inventories are contents too", async () => {
  const { record, text, inventories } = builtRelease();
  const read = await contentsOf(Buffer.from(text));
  assert.equal(read.format, "release record");
  assert.equal(read.facts["product"], record.product);
  assert.deepEqual(
    read.entries,
    record.artifacts.map(({ name, size, shipped }) => ({ path: name, type: "file", size, sha256: shipped })),
  );
  const [inventory = ""] = inventories.values();
  const { entries } = JSON.parse(inventory) as { entries: unknown };
  assert.deepEqual((await contentsOf(Buffer.from(inventory))).entries, entries);
});

test("a suite's Release, InRelease and Packages are contents too: the files that they name", async () => {
  const golden = new URL("../repositories/apt/__golden__/", import.meta.url);
  const [release, packages] = await Promise.all(["Release", "Packages"].map((name) => readFile(new URL(name, golden))));
  assert.ok(release && packages);
  const plain = await contentsOf(release);
  const listed = [...release.toString().matchAll(/^ ([0-9a-f]{64}) (\d+) (\S+)$/gm)];
  assert.deepEqual([plain.format, plain.facts["suite"], plain.facts["snapshot"]], ["apt release", "dev", 7]);
  assert.deepEqual(
    new Set(plain.entries.map(({ path, size, sha256: digest }) => `${digest} ${size} ${path}`)),
    new Set(listed.map(([, digest, size, name]) => `${digest} ${size} ${name}`)),
  );
  const signature = "-----BEGIN PGP SIGNATURE-----\n\niHUE\n-----END PGP SIGNATURE-----\n";
  const signed = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${release.toString()}${signature}`;
  assert.deepEqual((await contentsOf(Buffer.from(signed))).entries, plain.entries);

  const index = await contentsOf(packages);
  const files = [...packages.toString().matchAll(/^Filename: (.*)$/gm)].map(([, name]) => name);
  assert.deepEqual(index.entries.map(({ path }) => path).sort(), [...new Set(files)].sort());
  assert.equal(index.facts["packages"], files.length);
  await assert.rejects(
    contentsOf(Buffer.from("Package: a\nVersion: 1\n")),
    /a stanza without a Filename, Size or SHA256/,
  );
});

const tarOf = (entries: readonly ArchiveEntry[]) => collect(writeTar(entries, 0));
const file = (name: string, text = ""): ArchiveEntry => {
  const bytes = Buffer.from(text);
  return { ...root, type: "file", path: name, mode: 0o644, size: bytes.length, content: contentOf(bytes) };
};
const control = "Package: a\nVersion: 1\nArchitecture: all\n";

test("scripts are shown as texts while there is room, and a thousand of them are no reason to refuse a file", async () => {
  const text = "#".repeat(longestScript);
  const many = Array.from({ length: 1000 }, (_, at) => file(`tool/s${1000 + at}.sh`, text));
  const entries = [file("tool/a.ps1", "Get-Item\n"), file("tool/b.ps1", `${text}#`), ...many, file("tool/c.txt", "c")];
  const { texts = {}, entries: found } = await contentsOf(gzipSync(await tarOf(entries)));
  assert.equal(found.length, entries.length);
  const room = Math.floor((mostScriptBytes - "Get-Item\n".length) / longestScript);
  assert.deepEqual(Object.keys(texts), [
    "a.ps1",
    ...many.slice(0, room).map(({ path: name }) => name.slice("tool/".length)),
  ]);
});

async function debOf(members: readonly (readonly [name: string, content: Uint8Array | string])[]): Promise<Buffer> {
  const list = members.map(([name, content]) => ({ name, bytes: Buffer.from(content) }));
  return collect(
    writeAr(
      list.map(({ name, bytes }) => ({ name, size: bytes.length, content: contentOf(bytes) })),
      0,
    ),
  );
}

test("a package whose members are not compressed is read, with its scripts and triggers", async () => {
  const controlTar = await tarOf([
    file("./control", control),
    file("./conffiles", "/etc/a\n/etc/gone\n"),
    file("./postinst", "#!/bin/sh\n"),
    file("./triggers", "activate-noawait ldconfig\n"),
    file("./md5sums", "x"),
  ]);
  const data = await tarOf([file("./etc/a", "1"), file("./usr/lib/systemd/system/a.service", "[Service]\n")]);
  const contents = await contentsOf(
    await debOf([
      ["debian-binary", "2.0\n"],
      ["control.tar", controlTar],
      ["data.tar", data],
    ]),
  );
  assert.deepEqual(contents.control, [
    ["Package", "a"],
    ["Version", "1"],
    ["Architecture", "all"],
  ]);
  assert.deepEqual(Object.keys(contents.scripts ?? {}), ["postinst"]);
  assert.deepEqual(contents.texts, {
    "DEBIAN/postinst": "#!/bin/sh\n",
    "DEBIAN/triggers": "activate-noawait ldconfig\n",
    "etc/a": "1",
    "usr/lib/systemd/system/a.service": "[Service]\n",
  });
  assert.equal(contents.entries[0]?.config, true);
  assert.equal(contents.facts["compression"], "none");
});

const empty = await tarOf([]);
const goodControl = await tarOf([file("control", control)]);
const refused: readonly (readonly [what: string, bytes: Uint8Array | string, reason: RegExp])[] = [
  ["nothing", "", /is of no format that is read here/],
  ["some text", "hello\n", /is of no format that is read here/],
  ["an ar archive that is no package", await debOf([["a", "b"]]), /no debian-binary of version 2\.0/],
  ["a package of the future", await debOf([["debian-binary", "3.0\n"]]), /no debian-binary of version 2\.0/],
  ["a package that ends early", await debOf([["debian-binary", "2.0\n"]]), /only 1 of the three members/],
  [
    "members in disorder",
    await debOf([
      ["debian-binary", "2.0\n"],
      ["data.tar", empty],
      ["control.tar", goodControl],
    ]),
    /the member "data\.tar" in the place of control\.tar/,
  ],
  [
    "a fourth member",
    await debOf([
      ["debian-binary", "2.0\n"],
      ["control.tar", goodControl],
      ["data.tar", empty],
      ["_gpgorigin", "x"],
    ]),
    /a fourth member "_gpgorigin"/,
  ],
  [
    "no control file",
    await debOf([
      ["debian-binary", "2.0\n"],
      ["control.tar", empty],
      ["data.tar", empty],
    ]),
    /no file control/,
  ],
  [
    "a control file that is none",
    await debOf([
      ["debian-binary", "2.0\n"],
      ["control.tar", await tarOf([file("control", "no colon\n")])],
      ["data.tar", empty],
    ]),
    /not one paragraph of deb822/,
  ],
  ["a name twice", await tarOf([file("a"), file("./a")]), /"a" is in the archive twice/],
  ["a name with an escape", await tarOf([file("a\u001b[2J")]), /"a\\u001b\[2J" is not read/],
  ["a name with a backslash", await tarOf([file("..\\a")]), /is no plain path/],
  ["a gzip file that holds no tar", gzipSync(Buffer.alloc(600, "x")), /a header is neither GNU nor ustar/],
  ["half a gzip file", gzipSync(empty).subarray(0, 20), /unexpected end of file/],
  ["half a zip archive", Buffer.from("PK\x03\x04 and no directory"), /The zip archive cannot be read/],
  ["a record with an unknown key", '{"schema": 1, "x": 1}\n', /not a valid release record/],
];

for (const [what, bytes, reason] of refused) {
  test(`refused: ${what}`, async () => {
    await assert.rejects(contentsOf(Buffer.from(bytes)), (error) => {
      assert.ok(error instanceof SlipwayError, String(error));
      assert.match(error.message, reason);
      return true;
    });
  });
}

test("a folder, and a file that is not there, are refused with their names", async (context) => {
  const folder = await scratch(context);
  await mkdir(path.join(folder, "sub"));
  await assert.rejects(readContents(path.join(folder, "sub")), /sub is no file/);
  await assert.rejects(readContents(path.join(folder, "gone")), {
    code: "SLW-FORMAT",
    message: /^There is no file .*gone\./,
  });
});

test("limits hold: entries, names, texts and what is unpacked", async () => {
  const unit = "usr/lib/systemd/system/a.service";
  const bytes = await tarOf([file("long-name"), file(unit, "[Unit]\n"), file("zeros", "\0".repeat(5000))]);
  const exact: ContentLimits = { entries: 3, names: 9 + unit.length + 5, texts: 7, unpacked: bytes.length, ratio: 0 };
  await contentsOf(bytes, exact);
  const rows: readonly (readonly [Partial<ContentLimits>, RegExp])[] = [
    [{ entries: 2 }, /more than 2 entries/],
    [{ names: exact.names - 1 }, /names of more than/],
    [{ texts: 6 }, /scripts and units of more than 6 bytes/],
    [{ unpacked: bytes.length - 1 }, /bytes unpacked/],
  ];
  for (const [change, reason] of rows) await assert.rejects(contentsOf(bytes, { ...exact, ...change }), reason);
  const bomb = gzipSync(Buffer.concat([await tarOf([file("a", "\0".repeat(900_000))])]));
  await contentsOf(bomb, { ...contentLimits, unpacked: 1_000_000 });
  await assert.rejects(contentsOf(bomb, { ...contentLimits, unpacked: 0 }), /too many for a file of its size/);
});
