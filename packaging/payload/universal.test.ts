import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { SlipwayError } from "../errors.ts";
import { signedSlice } from "../formats/macos/__fixtures__/code-signature.ts";
import { arm, machO } from "../formats/macos/__fixtures__/mach-o.ts";
import { readBinaryHeader } from "./binary-header.ts";
import type { BinaryClaim } from "./check-binary.ts";
import { checkSignature } from "./check-signature.ts";
import { fetchPayload } from "./payload.ts";

const root = await mkdtemp(join(tmpdir(), "slipway-universal-"));
after(() => rm(root, { recursive: true, force: true }));

type Files = Readonly<Record<string, Uint8Array | string>>;

async function project(name: string, intel: Files, apple: Files) {
  const folder = join(root, name);
  for (const [slice, files] of Object.entries({ intel, apple })) {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, slice, path)), { recursive: true });
      await writeFile(join(folder, slice, path), content);
    }
  }
  const cacheFolder = join(folder, "cache");
  const read = (...names: readonly string[]) =>
    fetchPayload(
      {
        name: "macos-universal",
        binaries: names.map((it) => ({ name: it, from: `bin/${it}` })),
        payload: {
          kind: "slices",
          slices: { x86_64: { kind: "directory", path: "intel" }, aarch64: { kind: "directory", path: "apple" } },
        },
      },
      { manifestFolder: folder, cacheFolder },
    );
  return { read, cacheFolder };
}

test("each binary is joined once to a universal one, which the cache keeps by its slices", async () => {
  const { read, cacheFolder } = await project(
    "joined",
    { "bin/lamp": machO({ body: "intel" }), "bin/wick": machO(), README: "both", "only-intel": "x", other: "1" },
    { "bin/lamp": machO({ ...arm, body: "apple" }), "bin/wick": machO(arm), README: "both", other: "2" },
  );
  const first = await read("lamp", "wick");
  const lamp = first.files.get("bin/lamp");
  assert(lamp !== undefined);
  const header = readBinaryHeader(await readFile(lamp.file));
  assert.equal(header.description, "a universal Mach-O (arm64, x86-64)");
  assert.deepEqual([...first.files.keys()].sort(), ["README", "bin/lamp", "bin/wick"]);
  assert.deepEqual(await read("lamp", "wick"), first);
  const entries = (await readdir(join(cacheFolder, "payloads"))).filter((name) => name !== "temporary");
  assert.equal(entries.length, 1);
  assert.deepEqual(await readdir(join(cacheFolder, "payloads", "temporary")), [], "nothing is left beside it");

  await writeFile(lamp.file, "damaged in the cache");
  assert.deepEqual(await read("lamp", "wick"), first, "and it is made again from its slices");
});

test("a binary that both payloads have alike, universal already, is taken as it is", async () => {
  const { read } = await project("made", { "bin/lamp": machO() }, { "bin/lamp": machO(arm) });
  const made = await readFile((await read("lamp")).files.get("bin/lamp")?.file ?? "");
  const again = await project("alike", { "bin/lamp": made }, { "bin/lamp": made });
  const { files } = await again.read("lamp");
  assert.deepEqual(await readFile(files.get("bin/lamp")?.file ?? ""), made);
});

test("all that is wrong with both slices is told at once, before anything is joined", async () => {
  const { read, cacheFolder } = await project(
    "wrong",
    { "bin/lamp": machO(arm), "bin/wick": "#!/bin/sh\n" },
    { "bin/lamp": machO() },
  );
  await assert.rejects(read("lamp", "wick"), (error) => {
    assert(error instanceof SlipwayError);
    assert.deepEqual(
      error.mistakes.map(({ code, message }) => `${code} ${message}`),
      [
        "SLW-PAYLOAD-ARCH usr/bin/lamp for macos-universal is an arm64 Mach-O (from directory intel), in the place of its x86-64 slice.",
        "SLW-PAYLOAD-ARCH usr/bin/lamp for macos-universal is an x86-64 Mach-O (from directory apple), in the place of its arm64 slice.",
        "SLW-PAYLOAD-ARCH usr/bin/wick for macos-universal is a script (from directory intel).",
        "SLW-PAYLOAD-MISSING usr/bin/wick for macos-universal: there is no bin/wick in directory apple.",
      ],
    );
    return true;
  });
  assert.deepEqual(await readdir(join(cacheFolder, "payloads")).catch(() => []), []);
});

test("a slice that is damaged beyond its header is named by its payload, and nothing of it is kept", async () => {
  const { read, cacheFolder } = await project(
    "damaged",
    { "bin/lamp": machO({ count: 9 }) },
    { "bin/lamp": machO(arm) },
  );
  await assert.rejects(read("lamp"), {
    code: "SLW-PAYLOAD-ARCH",
    message: /^bin\/lamp of directory intel has damaged/,
  });
  assert.deepEqual(await readdir(join(cacheFolder, "payloads", "temporary")), []);
});

test("both payloads are asked for before either is missed", async () => {
  const { read } = await project("absent", {}, {});
  await assert.rejects(read("lamp"), (error) => error instanceof SlipwayError && error.mistakes.length === 2);
});

const claim: BinaryClaim = { path: "usr/bin/lamp", target: "macos-universal", static: false, from: "npm lamp" };
for (const [what, intel, apple, says] of [
  ["both", signedSlice(), signedSlice(arm), undefined],
  ["arm64 alone", machO(), signedSlice(arm), "npm lamp): its x86-64 slice has no code signature."],
  ["none", machO(), machO(arm), "npm lamp): it has no code signature."],
] as const) {
  test(`a code signature of ${what}`, async () => {
    const { read } = await project(`signed ${what}`, { "bin/lamp": intel }, { "bin/lamp": apple });
    const mistake = await checkSignature(claim, (await read("lamp")).files.get("bin/lamp")?.file ?? "", undefined);
    assert.equal(mistake?.code, says === undefined ? undefined : "SLW-PAYLOAD-UNSIGNED");
    assert.ok(says === undefined || mistake?.message.endsWith(says), mistake?.message);
  });
}
