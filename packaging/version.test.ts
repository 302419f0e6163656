import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SlipwayError } from "./errors.ts";
import { compareVersions, type Ecosystem, isPrerelease, isVersion, versionFor, versionProblem } from "./version.ts";

type Cell = string | "refused";

const ecosystems = ["debian", "msi", "pkg", "homebrew", "winget"] as const satisfies readonly Ecosystem[];

/** One row is one semantic version, in the order of `ecosystems`. */
const table: readonly (readonly [version: string, ...cells: [Cell, Cell, Cell, Cell, Cell]])[] = [
  ["1.4.0", "1.4.0", "1.4.0", "1.4.0", "1.4.0", "1.4.0"],
  ["0.0.0", "0.0.0", "0.0.0", "0.0.0", "0.0.0", "0.0.0"],
  ["1.0.0-rc.1", "1.0.0~rc.1", "refused", "refused", "1.0.0-rc.1", "refused"],
  ["1.0.0-beta.2", "1.0.0~beta.2", "refused", "refused", "1.0.0-beta.2", "refused"],
  ["1.0.0-rc", "1.0.0~rc", "refused", "refused", "refused", "refused"],
  ["1.0.0-rc.1.2", "1.0.0~rc.1.2", "refused", "refused", "refused", "refused"],
  ["1.0.0-alpha.beta", "1.0.0~alpha.beta", "refused", "refused", "refused", "refused"],
  ["1.0.0-nightly.20250812", "1.0.0~nightly.20250812", "refused", "refused", "refused", "refused"],
  ["1.0.0-1", "1.0.0~1", "refused", "refused", "refused", "refused"],
  ["1.0.0-rc1", "refused", "refused", "refused", "refused", "refused"],
  ["1.0.0-RC.1", "refused", "refused", "refused", "refused", "refused"],
  ["1.0.0-x-y", "refused", "refused", "refused", "refused", "refused"],
  ["255.255.65535", "255.255.65535", "255.255.65535", "255.255.65535", "255.255.65535", "255.255.65535"],
  ["256.0.0", "256.0.0", "refused", "256.0.0", "256.0.0", "256.0.0"],
  ["0.256.0", "0.256.0", "refused", "0.256.0", "0.256.0", "0.256.0"],
  ["0.0.65536", "0.0.65536", "refused", "0.0.65536", "0.0.65536", "0.0.65536"],
  ["1.0.2147483647", "1.0.2147483647", "refused", "1.0.2147483647", "1.0.2147483647", "1.0.2147483647"],
  ["1.0.2147483648", "1.0.2147483648", "refused", "refused", "1.0.2147483648", "1.0.2147483648"],
];

for (const [version, ...cells] of table)
  test(`${version} in each ecosystem`, () => {
    for (const [index, ecosystem] of ecosystems.entries())
      assert.equal(written(ecosystem, version), cells[index], ecosystem);
  });

function written(ecosystem: Ecosystem, version: string): Cell {
  const problem = versionProblem(ecosystem, version);
  if (problem === undefined) return versionFor(ecosystem, version);
  assert.throws(() => versionFor(ecosystem, version), { name: "SlipwayError", code: "SLW-VERSION" });
  return "refused";
}

test("a refusal names the version, the ecosystem and what to write", () => {
  assert.throws(
    () => versionFor("debian", "2.0.0-rc1"),
    (error) =>
      error instanceof SlipwayError &&
      error.mistakes[0]?.message ===
        'version 2.0.0-rc1: Debian would sort the pre-release part "rc1" differently than semantic versioning does' &&
      /as in 2\.0\.0-rc\.1\./.test(error.mistakes[0].hint ?? ""),
  );
});

for (const text of [
  "",
  "1",
  "1.0",
  "v1.0.0",
  " 1.0.0",
  "1.0.0 ",
  "1.0.0\n",
  "=1.0.0",
  "01.0.0",
  "1.0.0-",
  "1.0.0-01",
  "1.0.0-a..b",
  "1.0.0.0",
  "1.0.9007199254740992",
  "1.0.0-9007199254740992",
  `1.0.0-${"a".repeat(300)}`,
])
  test(`${JSON.stringify(text).slice(0, 40)} is no version`, () => {
    assert.equal(isVersion(text), false);
    assert.throws(() => compareVersions(text, "1.0.0"), { name: "SlipwayError", code: "SLW-VERSION" });
  });

test("the order is semantic versioning's own example (semver.org §11), and build metadata does not count", () => {
  const ascending = [
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
  ];
  for (const [i, a] of ascending.entries())
    for (const [j, b] of ascending.entries()) assert.equal(compareVersions(a, b), Math.sign(i - j), `${a} ${b}`);
  assert.equal(compareVersions("1.0.0+a1b2c3", "1.0.0"), 0);
});

const words = ["alpha", "beta", "canary", "dev", "next", "nightly", "pre", "rc", "snapshot"];
const small = fc.integer({ min: 0, max: 12 });
const part = fc.oneof(small.map(String), fc.constantFrom(...words));
const expressible = fc
  .tuple(small, small, small, fc.array(part, { maxLength: 3 }))
  .map(([a, b, c, parts]) => [[a, b, c].join("."), ...(parts.length > 0 ? [parts.join(".")] : [])].join("-"));

test("dpkg sorts what Debian's row accepts as semantic versioning does", () => {
  fc.assert(
    fc.property(expressible, expressible, (a, b) => {
      assert.equal(dpkgOrder(versionFor("debian", a), versionFor("debian", b)), compareVersions(a, b));
    }),
    { numRuns: 2000 },
  );
});

test("what the other rows accept is sorted alike as numbers", () => {
  fc.assert(
    fc.property(expressible, expressible, fc.constantFrom<Ecosystem>("msi", "pkg", "winget"), (a, b, ecosystem) => {
      fc.pre(versionProblem(ecosystem, a) === undefined && versionProblem(ecosystem, b) === undefined);
      const [left = [], right = []] = [a, b].map((version) => versionFor(ecosystem, version).split(".").map(Number));
      const differing = left.findIndex((value, index) => value !== right[index]);
      const order = differing === -1 ? 0 : Math.sign((left[differing] ?? 0) - (right[differing] ?? 0));
      assert.equal(order, compareVersions(a, b));
    }),
  );
});

test("words that dpkg would mix up are the reason why the list of words is closed", () => {
  assert.equal(compareVersions("1.0.0-alpha.1", "1.0.0-alphabeta.1"), -1);
  assert.equal(dpkgOrder("1.0.0~alpha.1", "1.0.0~alphabeta.1"), 1);
  for (const word of words)
    for (const other of words) assert.ok(word === other || !other.startsWith(word), `${word} begins ${other}`);
});

/** deb-version(7), "Sorting algorithm"; tests/manifest compares the real dpkg. */
function dpkgOrder(a: string, b: string): number {
  const weight = (letter: string | undefined): number => {
    if (letter === undefined || /\d/.test(letter)) return 0;
    if (letter === "~") return -1;
    return letter.charCodeAt(0) + (/[A-Za-z]/.test(letter) ? 0 : 256);
  };
  let [left, right] = [a, b];
  while (left !== "" || right !== "") {
    const [wordA, wordB] = [left, right].map((rest) => /^\D*/.exec(rest)?.[0] ?? "") as [string, string];
    for (let i = 0; i < Math.max(wordA.length, wordB.length); i += 1) {
      const difference = weight(wordA[i]) - weight(wordB[i]);
      if (difference !== 0) return Math.sign(difference);
    }
    [left, right] = [left.slice(wordA.length), right.slice(wordB.length)];
    const [numberA, numberB] = [left, right].map((rest) => /^\d*/.exec(rest)?.[0] ?? "") as [string, string];
    const difference = Number(numberA) - Number(numberB);
    if (difference !== 0) return Math.sign(difference);
    [left, right] = [left.slice(numberA.length), right.slice(numberB.length)];
  }
  return 0;
}

test("a pre-release is told by its part after the hyphen, and not by one in the build metadata", () => {
  const found = ["1.0.0", "1.0.0-rc.1", "1.0.0-0", "1.0.0+a-b"].map(isPrerelease);
  assert.deepEqual(found, [false, true, true, false]);
});
