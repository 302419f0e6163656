import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { sha256 } from "../../digest.ts";
import { SlipwayError } from "../../errors.ts";
import { names, release } from "./__fixtures__/releases.ts";
import type { Field } from "./deb822.ts";
import { gzipMember, zstdFrame } from "./members.ts";
import { releaseText } from "./release-file.ts";
import { type IndexFile, planSuite, type SuiteRelease } from "./suite.ts";

const releases = [
  release("runtime", "1.1.0", "1.1.0+0123456789ab"),
  release("runtime", "1.0.0"),
  release("agent", "0.3.0"),
];

async function golden(name: string, text: string): Promise<void> {
  const file = join(import.meta.dirname, "__golden__", name);
  const { UPDATE_GOLDEN } = process.env;
  if (UPDATE_GOLDEN === "1") await writeFile(file, text);
  assert.equal(text, await readFile(file, "utf8"));
}

function file(files: readonly IndexFile[], path: string): IndexFile {
  const found = files.find((it) => it.path === path);
  assert.ok(found, `no ${path}`);
  return found;
}

test("Packages and Release, as committed", async () => {
  const content = planSuite({ ...names, releases });
  await golden("Packages", Buffer.from(file(content.files, "main/binary-amd64/Packages").bytes).toString());
  await golden("Release", releaseText(content, { date: 1_795_341_600, snapshot: 7 }));
});

test("every form of an index holds the same text and is listed with its true digest and size", () => {
  const { files } = planSuite({ ...names, releases });
  assert.equal(files.length, 6);
  // Node reads the first frame of a zstd file only, so each release's frame is read by itself.
  const oneByOne = [2, 1, 0].map((index) => planSuite({ ...names, releases: releases.slice(index, index + 1) }).files);
  for (const architecture of ["amd64", "arm64"]) {
    const path = `main/binary-${architecture}/Packages`;
    const plain = file(files, path);
    assert.deepEqual(gunzipSync(file(files, `${path}.gz`).bytes), plain.bytes);
    assert.deepEqual(
      file(files, `${path}.zst`).bytes,
      Buffer.concat(oneByOne.map((it) => file(it, `${path}.zst`).bytes)),
    );
    for (const it of oneByOne)
      assert.deepEqual(zstdDecompressSync(file(it, `${path}.zst`).bytes), file(it, path).bytes);
    assert.match(Buffer.from(plain.bytes).toString(), new RegExp(`Architecture: ${architecture}\n`));
  }
  for (const it of files) assert.deepEqual([it.sha256, it.size], [sha256(it.bytes), it.bytes.length]);
});

test("a release added leaves the members of the others as they were", () => {
  const path = "main/binary-amd64/Packages.gz";
  const before = file(planSuite({ ...names, releases: releases.slice(1) }).files, path).bytes;
  const after = file(planSuite({ ...names, releases }).files, path).bytes;
  assert.deepEqual(after.subarray(0, before.length), before);
});

test("the order in which releases are given does not matter", () => {
  assert.deepEqual(planSuite({ ...names, releases: releases.toReversed() }), planSuite({ ...names, releases }));
});

test("a package for all architectures is in every index, one for none of them in none", () => {
  const [all, windows] = ["all", "windows"].map((architecture) => replaceField("Architecture", architecture));
  for (const [one, expected] of [
    [all, /Package: runtime-bin\n/],
    [windows, /^$/],
  ] as const) {
    assert.ok(one);
    const { files } = planSuite({ ...names, releases: [one] });
    for (const architecture of ["amd64", "arm64"]) {
      const { bytes } = file(files, `main/binary-${architecture}/Packages`);
      assert.match(Buffer.from(bytes).toString(), expected);
    }
  }
});

test("an empty suite still has every file", () => {
  const { files } = planSuite({ ...names, releases: [] });
  assert.equal(file(files, "main/binary-arm64/Packages").size, 0);
  assert.equal(gunzipSync(file(files, "main/binary-arm64/Packages.gz").bytes).length, 0);
  assert.equal(zstdDecompressSync(file(files, "main/binary-arm64/Packages.zst").bytes).length, 0);
});

test("members have the same header on every system", () => {
  assert.equal(Buffer.from(gzipMember("x")).subarray(0, 10).toString("hex"), "1f8b08000000000002ff");
  assert.equal(Buffer.from(zstdFrame("x")).subarray(0, 4).toString("hex"), "28b52ffd");
});

/** One deb whose named field has another value (undefined: it is left out). */
function replaceField(name: string, value: string | undefined): SuiteRelease {
  const { artifacts } = release("runtime", "1.0.0").record;
  const [deb] = artifacts.filter((it) => it.format === "deb");
  assert.ok(deb);
  const field: readonly Field[] = value === undefined ? [] : [[name, value]];
  const control = [...(deb.control ?? []).filter(([key]) => key !== name), ...field];
  return { product: "runtime", folder: "1.0.0", record: { artifacts: [{ ...deb, control }] } };
}

const bad: readonly (readonly [string, Parameters<typeof planSuite>[0], RegExp])[] = [
  [
    "one package and version from two products",
    { ...names, releases: [release("runtime", "1.0.0"), { ...release("runtime", "1.0.0"), product: "other" }] },
    /Two releases offer the package runtime 1\.0\.0-1 \(amd64\)/,
  ],
  [
    "two folders of one version",
    { ...names, releases: [release("runtime", "1.0.0", "1.0.0+0"), release("runtime", "1.0.0", "1.0.0+1")] },
    /Two releases offer/,
  ],
  ["a suite's name that leaves its folder", { ...names, suite: "../x", releases: [] }, /A suite's name is/],
  ["a control file without a version", { ...names, releases: [replaceField("Version", undefined)] }, /have no Version/],
  ["a field of the index", { ...names, releases: [replaceField("Filename", "x")] }, /one of the index's own/],
  ["a value that ends the paragraph", { ...names, releases: [replaceField("Tag", "x\n\nPackage: y")] }, /field "Tag"/],
  ["a value that begins a field", { ...names, releases: [replaceField("Tag", "x\nEssential: yes")] }, /field "Tag"/],
  ["an empty value", { ...names, releases: [replaceField("Tag", "")] }, /field "Tag"/],
  ["a field's name with a colon", { ...names, releases: [replaceField("A: b\nC", "x")] }, /field "A: b/],
];

for (const [name, options, says] of bad) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => planSuite(options),
      (error) => error instanceof SlipwayError && error.code === "SLW-SUITE" && says.test(error.message),
    );
  });
}

test("refused: names that break the Release file", () => {
  for (const origin of ["", "a\nSuite: b", "trailing ", " leading", "bell\u0007"]) {
    const content = planSuite({ ...names, origin, releases: [] });
    assert.throws(() => releaseText(content, { date: 1, snapshot: 1 }), /The field "Origin" of the suite dev/);
  }
});
