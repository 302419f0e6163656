import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { sha256 } from "../../digest.ts";
import { SlipwayError } from "../../errors.ts";
import { debsOf, names, offered, release, suiteOf } from "./__fixtures__/releases.ts";
import type { Field } from "./deb822.ts";
import { gzipMember, zstdFrame } from "./members.ts";
import { releaseText } from "./release-file.ts";
import { type IndexFile, indexTexts, planSuite, type SuiteRelease } from "./suite.ts";

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
  const content = suiteOf(names, releases);
  await golden("Contents", gunzipSync(file(content.files, "main/Contents-amd64.gz").bytes).toString());
  await golden("Packages", Buffer.from(file(content.files, "main/binary-amd64/Packages").bytes).toString());
  await golden("Release", releaseText(content, { date: 1_795_341_600, snapshot: 7 }));
});

test("every form of an index holds the same text and is listed with its true digest and size", () => {
  const { files, listed } = suiteOf(names, releases);
  assert.equal(files.length, 8);
  for (const architecture of ["amd64", "arm64"]) {
    const path = `main/binary-${architecture}/Packages`;
    const plain = file(files, path);
    assert.deepEqual(gunzipSync(file(files, `${path}.gz`).bytes), plain.bytes);
    assert.deepEqual(zstdDecompressSync(file(files, `${path}.zst`).bytes), plain.bytes);
    assert.match(Buffer.from(plain.bytes).toString(), new RegExp(`Architecture: ${architecture}\n`));
    const contents = gunzipSync(file(files, `main/Contents-${architecture}.gz`).bytes);
    const named = { path: `main/Contents-${architecture}`, size: contents.length, sha256: sha256(contents) };
    assert.deepEqual(
      listed.filter((it) => it.path === named.path),
      [named],
    );
  }
  for (const it of files) assert.deepEqual([it.sha256, it.size], [sha256(it.bytes), it.bytes.length]);
});

test("a release added to many leaves nearly all members as they were", () => {
  const many = Array.from({ length: 400 }, (_, at) => release(`tool${String(at).padStart(3, "0")}`, "1.0.0"));
  const membersOf = (them: readonly SuiteRelease[], form: "gz" | "zst") => {
    const made: string[] = [];
    const remember = (piece: Uint8Array, member: Uint8Array) => {
      made.push(sha256(piece));
      return member;
    };
    planSuite(names, indexTexts(names, them), {
      gz: (piece) => (form === "gz" ? remember(piece, piece) : piece),
      zst: (piece) => (form === "zst" ? remember(piece, piece) : piece),
    });
    return made;
  };
  for (const form of ["gz", "zst"] as const) {
    const before = new Set(membersOf(many, form));
    const after = membersOf([...many, release("tool200", "1.1.0")], form);
    const fresh = after.filter((digest) => !before.has(digest));
    assert.ok(after.length > 10, `${after.length} members`);
    // One piece of each index that changed, or two where the added text moves a cut.
    assert.ok(fresh.length >= 2 && fresh.length <= 6, `${fresh.length} of ${after.length}`);
  }
});

test("the order in which releases are given does not matter", () => {
  assert.deepEqual(suiteOf(names, releases.toReversed()), suiteOf(names, releases));
});

test("a package for all architectures is in every index, one for none of them in none", () => {
  const [all, windows] = ["all", "windows"].map((architecture) => replaceField("Architecture", architecture));
  for (const [one, expected] of [
    [all, /Package: runtime-bin\n/],
    [windows, /^$/],
  ] as const) {
    assert.ok(one);
    const { files } = suiteOf(names, [one]);
    for (const architecture of ["amd64", "arm64"]) {
      const { bytes } = file(files, `main/binary-${architecture}/Packages`);
      assert.match(Buffer.from(bytes).toString(), expected);
    }
  }
});

test("an empty suite still has every file", () => {
  const { files } = suiteOf(names, []);
  assert.equal(file(files, "main/binary-arm64/Packages").size, 0);
  assert.equal(gunzipSync(file(files, "main/binary-arm64/Packages.gz").bytes).length, 0);
  assert.equal(zstdDecompressSync(file(files, "main/binary-arm64/Packages.zst").bytes).length, 0);
});

test("members have the same header on every system", () => {
  assert.equal(
    Buffer.from(gzipMember(Buffer.from("x")))
      .subarray(0, 10)
      .toString("hex"),
    "1f8b08000000000002ff",
  );
  assert.equal(
    Buffer.from(zstdFrame(Buffer.from("x")))
      .subarray(0, 4)
      .toString("hex"),
    "28b52ffd",
  );
});

/** One deb whose named field has another value (undefined: it is left out). */
function replaceField(name: string, value: string | undefined): SuiteRelease {
  const [deb] = debsOf("runtime", "1.0.0");
  assert.ok(deb);
  const field: readonly Field[] = value === undefined ? [] : [[name, value]];
  const control = [...(deb.control ?? []).filter(([key]) => key !== name), ...field];
  return offered("runtime", "1.0.0", [{ ...deb, control }]);
}

const twice = (...them: readonly SuiteRelease[]) => suiteOf(names, them);
const bad: readonly (readonly [string, () => unknown, RegExp])[] = [
  [
    "one package and version from two products",
    () => twice(release("runtime", "1.0.0"), { ...release("runtime", "1.0.0"), product: "other" }),
    /Two releases offer the package runtime 1\.0\.0-1 \(amd64\)/,
  ],
  [
    "two folders of one version",
    () => twice(release("runtime", "1.0.0", "1.0.0+0"), release("runtime", "1.0.0", "1.0.0+1")),
    /Two releases offer/,
  ],
  ["a suite's name that leaves its folder", () => suiteOf({ ...names, suite: "../x" }, []), /A suite's name is/],
  ["a control file without a version", () => replaceField("Version", undefined), /have no Version/],
  ["a field of the index", () => replaceField("Filename", "x"), /one of the index's own/],
  ["a value that ends the paragraph", () => replaceField("Tag", "x\n\nPackage: y"), /field "Tag"/],
  ["a value that begins a field", () => replaceField("Tag", "x\nEssential: yes"), /field "Tag"/],
  ["an empty value", () => replaceField("Tag", ""), /field "Tag"/],
  ["a field's name with a colon", () => replaceField("A: b\nC", "x"), /field "A: b/],
];

for (const [name, refused, says] of bad) {
  test(`refused: ${name}`, () => {
    assert.throws(
      refused,
      (error) => error instanceof SlipwayError && error.code === "SLW-SUITE" && says.test(error.message),
    );
  });
}

test("refused: names that break the Release file", () => {
  for (const origin of ["", "a\nSuite: b", "trailing ", " leading", "bell\u0007"]) {
    const content = suiteOf({ ...names, origin }, []);
    assert.throws(() => releaseText(content, { date: 1, snapshot: 1 }), /The field "Origin" of the suite dev/);
  }
});
