import assert from "node:assert/strict";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { collect, contentOf } from "../../../containers/member-content.ts";
import { sha256 } from "../../../digest.ts";
import { SlipwayError } from "../../../errors.ts";
import { fileEntry } from "../../../staging/file-entry.ts";
import { growTree } from "../../../staging/grow-tree.ts";
import { inlineBytes } from "../../../staging/input-file.ts";
import type { Tree } from "../../../staging/tree.ts";
import { scratch } from "../../__fixtures__/scratch.ts";
import { writeCfb } from "../cfb/cfb.ts";
import { readCfb } from "../cfb/cfb-reader.ts";
import { courier } from "./__fixtures__/courier.ts";
import { folderPaths } from "./folder-paths.ts";
import { writeInstaller } from "./installer.ts";
import { readInstaller } from "./installer-reader.ts";
import type { MsiOptions } from "./options.ts";

const { path: _, ...withoutPath } = courier;
const options: MsiOptions = { ...withoutPath, folder: "Größe & Co" };

type Found = readonly [path: string, kept: boolean, digest: string];

async function readBack(folder: string, bytes: Buffer): Promise<Found[]> {
  const name = join(folder, "it.msi");
  await writeFile(name, bytes);
  const file = await open(name);
  try {
    const found: Found[] = [];
    for await (const { path, kept, content } of (await readInstaller(file, bytes.length)).files()) {
      found.push([path, kept, sha256(await collect(content))]);
    }
    return found;
  } finally {
    await file.close();
  }
}

const write = (folder: string, tree: Tree) => {
  const job = { tree, epoch: 1_700_000_000, format: options };
  return collect(writeInstaller(job, { spool: join(folder, "spool"), packed: () => undefined }));
};

const segment = fc
  .string({ unit: fc.constantFrom("a", "B", "ü", "日", " ", ".", "-", "1"), minLength: 1, maxLength: 14 })
  .map((text) => `x${text}x`);
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
const file = fc.record(
  { path, content: fc.uint8Array({ maxLength: 60 }), config: fc.boolean() },
  { noNullPrototype: true },
);
/** No two the same on Windows, and none a folder of another: one folder for each. */
const trees = fc
  .array(file, { minLength: 1, maxLength: 8 })
  .map((files) =>
    growTree(
      files.map(({ path: name, content, config }, at) =>
        fileEntry(`d${at}/${name}`, inlineBytes(content), { part: "bin", config }),
      ),
    ),
  );

test("whatever tree is written, its files are read again, where they were and as they were", async (context) => {
  const folder = await scratch(context);
  await fc.assert(
    fc.asyncProperty(trees, async (tree) => {
      const wanted = tree.entries.flatMap((entry) => (entry.type === "file" ? [entry] : []));
      assert.deepEqual(
        await readBack(folder, await write(folder, tree)),
        wanted.map((it): Found => [`ProgramFiles64Folder/${options.folder}/${it.path}`, it.config, it.sha256]),
      );
    }),
    { numRuns: 15 },
  );
});

const small = growTree([fileEntry("bin/a.exe", inlineBytes(Buffer.from("a")), { part: "bin" })]);

/** The streams of an .msi, one of them changed or left out. */
async function changed(
  context: TestContext,
  change: (path: string, bytes: Buffer) => Buffer | undefined,
): Promise<Found[]> {
  const folder = await scratch(context);
  const bytes = await write(folder, small);
  const name = join(folder, "whole.msi");
  await writeFile(name, bytes);
  const handle = await open(name);
  try {
    const { streams } = await readCfb(handle, bytes.length);
    const kept: { name: string; size: number; content: AsyncIterable<Uint8Array> }[] = [];
    for (const { path: stream, content } of streams) {
      const found = change(stream, await collect(content()));
      if (found !== undefined) kept.push({ name: stream, size: found.length, content: contentOf(found) });
    }
    return await readBack(folder, await collect(writeCfb(kept, Buffer.alloc(16))));
  } finally {
    await handle.close();
  }
}

const isCabinet = (bytes: Buffer) => bytes.toString("latin1", 0, 4) === "MSCF";
const refused: readonly (readonly [
  what: string,
  change: (path: string, bytes: Buffer) => Buffer | undefined,
  says: RegExp,
])[] = [
  [
    "no summary information",
    (name, bytes) => (name.startsWith("\u0005") ? undefined : bytes),
    /no summary information/,
  ],
  ["no cabinet", (_, bytes) => (isCabinet(bytes) ? undefined : bytes), /"#product\.cab" is not inside/],
  ["a cabinet with a file of another name", (_, bytes) => renamed(bytes), /is in no table/],
];
for (const [what, change, says] of refused) {
  test(`an .msi with ${what} is refused`, async (context) => {
    await assert.rejects(changed(context, change), (error) => {
      assert.ok(error instanceof SlipwayError && error.code === "SLW-FORMAT", String(error));
      assert.match(error.message, says);
      return true;
    });
  });
}

function renamed(bytes: Buffer): Buffer {
  if (isCabinet(bytes)) bytes.write("File", bytes.indexOf("file."), "latin1");
  return bytes;
}

const row = (Directory: string, DefaultDir: string, Directory_Parent?: string) => ({
  Directory,
  DefaultDir,
  Directory_Parent,
});

test("folders are where their parents are; a dot is the parent itself, and Windows' own begin a path", () => {
  const paths = folderPaths([
    row("TARGETDIR", "SourceDir"),
    row("ProgramFiles64Folder", ".", "TARGETDIR"),
    row("APP", "COURI1|Courier 1:src", "ProgramFiles64Folder"),
    row("SAME", ".", "APP"),
    row("BIN", "bin", "SAME"),
    row("OTHER", "o", "TARGETDIR"),
  ]);
  assert.deepEqual(Object.fromEntries(paths), {
    TARGETDIR: "",
    ProgramFiles64Folder: "ProgramFiles64Folder",
    APP: "ProgramFiles64Folder/Courier 1",
    SAME: "ProgramFiles64Folder/Courier 1",
    BIN: "ProgramFiles64Folder/Courier 1/bin",
    OTHER: "o",
  });
});

test("a folder in itself, or in one that there is not, is refused", () => {
  for (const rows of [[row("A", "a", "B"), row("B", "b", "A")], [row("A", "a", "GONE")]]) {
    assert.throws(() => folderPaths(rows), { code: "SLW-FORMAT" });
  }
});
