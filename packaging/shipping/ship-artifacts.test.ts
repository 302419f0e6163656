import assert from "node:assert/strict";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { ArtifactJob, BuiltArtifact } from "../artifact.ts";
import { BuildCache } from "../builds/cache.ts";
import { sha256 } from "../digest.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { courier } from "../formats/windows/installer/__fixtures__/courier.ts";
import { writeInstaller } from "../formats/windows/installer/installer.ts";
import { unsignedProgram } from "../formats/windows/program/__fixtures__/program.ts";
import { writeHashed } from "../formats/write-hashed.ts";
import { p12, password, signedAt, testSigner } from "../signing/x509/__fixtures__/identities.ts";
import { fileEntry } from "../staging/file-entry.ts";
import { growTree } from "../staging/grow-tree.ts";
import { inlineBytes } from "../staging/input-file.ts";
import { timestampReply } from "./__fixtures__/timestamp-reply.ts";
import { shipArtifacts } from "./ship-artifacts.ts";
import { keepReply, notedSignatures, removeNote } from "./timestamps.ts";

test("an installer's signature waits for a timestamp once the programs inside have theirs", async (context) => {
  const folder = await scratch(context);
  const file = path.join(folder, "courier.exe");
  await writeFile(file, unsignedProgram());
  const program = fileEntry("bin/courier.exe", inlineBytes(unsignedProgram()), { part: "bin", mode: 0o755 });
  const job: ArtifactJob = {
    product: "courier",
    version: "1.2.0",
    target: "windows-x86_64",
    epoch: signedAt,
    name: "courier.msi",
    tree: growTree([{ ...program, content: { kind: "disk", file } }]),
    format: courier,
  };
  const build = async ([one]: readonly ArtifactJob[]): Promise<ReadonlyMap<string, BuiltArtifact>> => {
    assert.ok(one !== undefined);
    const to = path.join(folder, sha256(JSON.stringify(one.tree)));
    await rm(to, { force: true });
    const given = { tree: one.tree, epoch: one.epoch, format: courier };
    const bytes = writeInstaller(given, { spool: `${to}.spool`, packed: () => undefined });
    const { size, hex } = await writeHashed(bytes, to, "sha256");
    return new Map([[one.name, { size, sha256: hex, file: to }]]);
  };
  const timestamps = { folder: path.join(folder, "kept"), notes: path.join(folder, "notes") };
  const cache = new BuildCache(path.join(folder, "cache"), assert.fail);
  const { public: own } = await testSigner("authenticode");
  const identities = { authenticode: { public: own, source: { file: p12("authenticode"), password } } };
  const built = await build([job]);
  const shipped = async () =>
    (await shipArtifacts([job], built, { identities, cache, build, timestamps })).get(job.name);
  const answer = async () => {
    const noted = await notedSignatures(timestamps);
    for (const { signature, sha256: digest } of noted) {
      await keepReply(timestamps, digest, timestampReply(signature, signedAt + 60));
      await removeNote(timestamps, digest);
    }
    return noted.length;
  };

  const digests = new Set<string | undefined>();
  for (const waiting of [["bin/courier.exe"], ["courier.msi"]]) {
    const now = await shipped();
    assert.deepEqual(now?.waiting, waiting);
    digests.add(now?.built?.sha256);
    assert.equal(await answer(), 1);
  }
  const last = await shipped();
  assert.deepEqual(last?.waiting, []);
  digests.add(last?.built?.sha256);
  assert.equal(digests.size, 3);
  assert.equal((await readdir(timestamps.folder)).length, 2);

  // Elsewhere, from what is committed, the same at once.
  const elsewhere = new BuildCache(path.join(folder, "elsewhere"), assert.fail);
  const again = await shipArtifacts([job], built, { identities, cache: elsewhere, build, timestamps });
  const bytes = again.get(job.name)?.built;
  assert.ok(bytes !== undefined && last?.built !== undefined);
  assert.deepEqual(await readFile(bytes.file), await readFile(last.built.file));
});
