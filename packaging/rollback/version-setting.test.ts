import assert from "node:assert/strict";
import { test } from "node:test";
import { askedVersion, readVersionSetting, type VersionSetting, withVersion } from "./version-setting.ts";

const where = "stacks/Pulumi.release.yaml";
const salt = `encryptionsalt: v1:${"A".repeat(200)}=\n`;

const read: readonly (readonly [name: string, text: string, VersionSetting])[] = [
  ["nothing at all", "", undefined],
  ["no configuration", salt, undefined],
  ["an empty configuration", "config:\n", undefined],
  ["other settings", "config:\n  slipway:keep: 2\n", undefined],
  ["an empty value", "config:\n  slipway:version:\n", undefined],
  ["a version", "config:\n  slipway:version: 1.4.0\n", "1.4.0"],
  ["a folder in quotes", `config:\n  slipway:version: "1.4.0+0123456789ab"\n`, "1.4.0+0123456789ab"],
  ["a map", "config:\n  slipway:version:\n    alpha: 1.4.0\n    beta: 2.0.0\n", { alpha: "1.4.0", beta: "2.0.0" }],
];

for (const [name, text, expected] of read) {
  test(`reads ${name}`, () => {
    const found = readVersionSetting(text, where);
    assert.deepEqual(found, expected);
    assert.equal(askedVersion(found, "alpha"), typeof expected === "object" ? expected["alpha"] : expected);
    assert.equal(askedVersion(found, "gamma"), typeof expected === "object" ? undefined : expected);
  });
}

const alone = { product: "alpha", folder: "1.3.0", products: ["alpha"] };
const two = { ...alone, products: ["alpha", "beta"] };
const head = "# Read by all of us.\nconfig:\n  # What users get.\n";
const tail = `  slipway:keep: 2 # as agreed\n${salt}`;

const set: readonly (readonly [name: string, of: typeof alone, before: string, after: string])[] = [
  [
    "one product, set",
    alone,
    `${head}  slipway:version: 1.4.0 # Tuesday\n${tail}`,
    `${head}  slipway:version: 1.3.0 # Tuesday\n${tail}`,
  ],
  ["quotes stay", alone, `${head}  slipway:version: "1.4.0"\n${tail}`, `${head}  slipway:version: "1.3.0"\n${tail}`],
  [
    "one product, unset",
    alone,
    `${head}${tail}`,
    `${head}  slipway:keep: 2 # as agreed\n  slipway:version: 1.3.0\n${salt}`,
  ],
  ["no configuration", alone, salt, `${salt}config:\n  slipway:version: 1.3.0\n`],
  ["an empty file", alone, "", "config:\n  slipway:version: 1.3.0\n"],
  [
    "a map",
    two,
    `${head}  slipway:version:\n    alpha: 1.4.0 # a\n    beta: 2.0.0\n${tail}`,
    `${head}  slipway:version:\n    alpha: 1.3.0 # a\n    beta: 2.0.0\n${tail}`,
  ],
  [
    "line ends of Windows",
    alone,
    "config:\r\n  slipway:version: 1.4.0 # Tuesday\r\n  slipway:keep: 2\r\n",
    "config:\r\n  slipway:version: 1.3.0 # Tuesday\r\n  slipway:keep: 2\r\n",
  ],
  [
    "a map without the product",
    two,
    "config:\n  slipway:version:\n    beta: 2.0.0\n",
    "config:\n  slipway:version:\n    beta: 2.0.0\n    alpha: 1.3.0\n",
  ],
  [
    "two products, one version for both",
    two,
    "config:\n  slipway:version: 1.4.0\n",
    "config:\n  slipway:version:\n    beta: 1.4.0\n    alpha: 1.3.0\n",
  ],
  [
    "two products, unset: the other stays so",
    two,
    "config:\n  slipway:keep: 2\n",
    "config:\n  slipway:keep: 2\n  slipway:version:\n    alpha: 1.3.0\n",
  ],
];

for (const [name, of, before, after] of set) {
  test(`sets a version: ${name}`, () => {
    const text = withVersion(before, where, of);
    assert.equal(text, after);
    assert.equal(askedVersion(readVersionSetting(text, where), "alpha"), "1.3.0");
    assert.equal(withVersion(text, where, of), text, "a second time changes nothing");
  });
}

test("what is not YAML is refused with its place; what is encrypted or no map, in one sentence", () => {
  const broken = "config:\n  slipway:version: [\n";
  for (const attempt of [() => readVersionSetting(broken, where), () => withVersion(broken, where, alone)]) {
    assert.throws(attempt, {
      code: "SLW-SETTINGS",
      message: /^stacks\/Pulumi\.release\.yaml:\d+:\d+ {2}this is not YAML: /,
    });
  }
  const refused = { code: "SLW-SETTINGS" };
  assert.throws(() => withVersion("config:\n  slipway:version:\n    secure: v1:abc\n", where, alone), refused);
  assert.throws(() => withVersion("config: none\n", where, alone), refused);
});
