import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parseManifest, readManifest } from "./parse.ts";
import { sample } from "./slips.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-manifest-"));
});
after(() => rm(folder, { recursive: true }));

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

test("a manifest file is read as its text", async () => {
  const expected = parseManifest(sample, "lamp.yaml");
  assert.deepEqual(await readManifest(await written("plain.yaml", sample), "lamp.yaml"), expected);
  assert.deepEqual(await readManifest(await written("bom.yaml", `\u{feff}${sample}`), "lamp.yaml"), expected);
  const windows = sample.replaceAll("\n", "\r\n");
  assert.deepEqual(await readManifest(await written("crlf.yaml", windows), "lamp.yaml"), expected);
});

test("what is read is at most 1 MiB, to the byte", async () => {
  const comment = "#".repeat((1 << 20) - Buffer.byteLength(sample));
  const largest = await written("largest.yaml", sample + comment);
  assert.equal((await readManifest(largest, "lamp.yaml")).id, "lamp");
  const tooLarge = await written("too-large.yaml", `${sample + comment}#`);
  await refuses(tooLarge, "lamp.yaml: expected a manifest of at most 1 MiB, found a larger file");
});

test("what cannot be read is named as the caller names it, not by its place on this machine", async () => {
  await refuses(join(folder, "absent.yaml"), "lamp.yaml: expected a manifest, found no such file");
  await refuses(join(await written("file", ""), "below.yaml"), "lamp.yaml: expected a manifest, found no such file");
  await refuses(folder, "lamp.yaml: expected a manifest, found a folder");
  const latin = await written("latin.yaml", Buffer.from("summary: caf\xe9\n", "latin1"));
  await refuses(latin, "lamp.yaml: expected UTF-8 text, found other bytes");
  const sixteen = await written("utf16.yaml", Buffer.from(`\u{feff}${sample}`, "utf16le"));
  await refuses(sixteen, "lamp.yaml: expected UTF-8 text, found other bytes");
});

async function refuses(file: string, message: string): Promise<void> {
  await assert.rejects(readManifest(file, "lamp.yaml"), {
    name: "SlipwayError",
    code: "SLW-MANIFEST",
    message: `${message}  [SLW-MANIFEST]`,
  });
}
