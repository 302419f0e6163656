import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertRefusal, holdsRows } from "../__fixtures__/refused.ts";
import { canonicalJson } from "../canonical-json.ts";
import { builtRelease } from "./__fixtures__/release.ts";
import { parseRecord, recordLimit } from "./record.ts";

/** A record as a test may bend it. */
interface Bendable {
  artifacts: { inventory: { path: string }; control?: unknown[] }[];
}

type Row = readonly [name: string, bad: Uint8Array | string | ((record: Bendable) => void), reason: string];

const path = "releases/runtime/1.0.0/release.json";
const good = builtRelease().text;
/** The archive is the first, the package the second. */
function artifact(record: Bendable, index: 0 | 1): Bendable["artifacts"][number] {
  const found = record.artifacts[index];
  assert.ok(found);
  return found;
}
const set = (key: string, value: unknown) => (record: Bendable) => {
  Object.assign(record, { [key]: value });
};
const inArtifact = (key: string, value: unknown) => (record: Bendable) => {
  Object.assign(artifact(record, 1), { [key]: value });
};

/** The same with the schema that the field is of. */
const second = (key: string, value: unknown) => (record: Bendable) => {
  Object.assign(record, { schema: 2, [key]: value });
};
const formula = { name: "runtime", install: [], test: ["runtime", "--version"] };
const cask = { name: "runtime-app", identifier: "a.b", minimumSystem: "12.0", launchd: [], zap: [] };
const winget = { identifier: "A.B", publisher: "Ana", name: "B", tags: [], shortDescription: "runs", commands: [] };

const rows: readonly Row[] = [
  ["nothing", "", "it is not JSON"],
  ["null", "null\n", "expected a map, found null"],
  ["a text", '"release"\n', "expected a map, found a text"],
  ["half a record", good.slice(0, 500), "it is not JSON"],
  ["no UTF-8", Uint8Array.of(0x22, 0xff, 0x22), "it is not UTF-8 text"],
  ["a byte order mark", `\ufeff${good}`, "it is not JSON"],
  ["a list", "[]\n", "expected a map, found a list"],
  ["brackets without end", "[".repeat(100_000), "it is not JSON"],
  ["too many bytes", new Uint8Array(recordLimit + 1).fill(0x20), "more than the 4194304 allowed"],
  ["another order of keys", `${JSON.stringify(JSON.parse(good), null, 2)}\n`.replace(/^\{/, "{ "), "canonical form"],
  ["no final newline", good.trimEnd(), "canonical form"],
  ["a doubled key", good.replace('"schema": 1', '"schema": 1,\n  "schema": 1'), "canonical form"],
  ["a number written otherwise", good.replace("1755042493", "1755042493.0"), "canonical form"],
  ["a number in another notation", good.replace('"epoch": 1755042493', '"epoch": 1.755042493e9'), "canonical form"],
  ["an escape where none is needed", good.replace('"Runs client', '"\\u0052uns client'), "canonical form"],
  ["Windows line ends", good.replaceAll("\n", "\r\n"), "canonical form"],
  ["no schema", set("schema", undefined), "schema: "],
  ["an older schema", set("schema", 0), "schema: "],
  ["a schema in quotes", set("schema", "1"), 'schema: expected one of 1, 2, found "1"'],
  ["a schema in parts", set("schema", 1.5), "schema: expected one of 1, 2, found 1.5"],
  ["a schema below nothing", set("schema", -1), "schema: expected one of 1, 2, found -1"],
  ["an unknown key", set("commit", "abc"), '"commit"'],
  ["the key __proto__", good.replace('"epoch"', '"__proto__": {},\n  "epoch"'), '"__proto__"'],
  ["a key that moves the cursor", set("a\u001b[2J", 1), 'unknown key "a\u{fffd}[2J"'],
  ["no product", set("product", undefined), "product: expected a text, found nothing"],
  ["a product that is a number", set("product", 7), "product: expected a text, found a number"],
  ["a product that leaves its folder", set("product", "../other"), "product: expected a product"],
  ["a version that is none", set("version", "1.0"), "version: expected a semantic version"],
  ["a version with a hash", set("version", "1.0.0+0123456789ab"), "version: expected a semantic version without +"],
  ["a version beyond reading", set("version", `1.0.0-${"a".repeat(200)}`), "version: expected at most 100 characters"],
  ["an epoch in quotes", set("epoch", "1755042493"), "epoch: expected whole seconds"],
  ["an epoch beyond every calendar", set("epoch", 10 ** 15), "epoch: "],
  ["an epoch in parts of a second", set("epoch", 1.5), "epoch: expected whole seconds"],
  ["an epoch before 1970", set("epoch", -1), "epoch: "],
  ["a summary of two lines", set("summary", "a\nb"), "summary: expected one line"],
  ["half a surrogate pair in the summary", set("summary", "a\ud800"), "summary: expected one line"],
  ["a description that is a text", set("description", "text"), "description: expected a list, found a text"],
  ["a maintainer that is a text", set("maintainer", "Ana"), "maintainer: expected a map, found a text"],
  ["a terminal's escape in a paragraph", set("description", ["a\u001b[2J"]), "description[0]: expected one line"],
  ["a homepage that is a script", set("homepage", "javascript:alert(1)"), "homepage: expected an http"],
  ["an e-mail address with a header", set("maintainer", { name: "A", email: "a@b\nX: y" }), "maintainer.email: "],
  ["a licence that is none", set("licence", "<b>"), "licence: expected an SPDX expression"],
  ["a feature that is no flag", set("features", { jit: "yes" }), "features.jit: "],
  ["features as a list", set("features", []), "features: expected a map, found a list"],
  ["a feature of another name", set("features", { JIT: true }), "features.JIT: expected the name of a feature"],
  ["a service that goes up", set("services", ["../x"]), "services[0]: expected the name of a service"],
  [
    "more services than anybody has",
    set(
      "services",
      Array.from({ length: 1001 }, (_, at) => `s${1000 + at}`),
    ),
    "services: expected at most 1000 items",
  ],
  ["services in disorder", set("services", ["b", "a"]), "services: not sorted"],
  ["a budget that is a number", set("budget", 5), "budget: expected a map, found a number"],
  ["a budget for nothing", set("budget", {}), "budget.growth: expected whole percent from 0 to 1000"],
  ["a budget for more", set("budget", { growth: 5, files: 5 }), 'budget: unknown key "files"'],
  ["growth below nothing", set("budget", { growth: -1 }), "budget.growth: expected whole percent from 0 to 1000"],
  [
    "growth in parts of a percent",
    set("budget", { growth: 0.5 }),
    "budget.growth: expected whole percent from 0 to 1000",
  ],
  [
    "growth beyond every budget",
    set("budget", { growth: 1001 }),
    "budget.growth: expected whole percent from 0 to 1000",
  ],
  ["no artifacts", set("artifacts", []), "artifacts: a release has at least one artifact"],
  ["an artifact that is null", set("artifacts", [null]), "artifacts[0]: expected a map, found null"],
  ["two artifacts that differ by case", (record) => record.artifacts.push(renamed(record, "RUNTIME")), "not sorted"],
  [
    "two sorted artifacts that differ by case",
    (record) => record.artifacts.unshift(renamed(record, "RUNTIME-1.0.0-linux-aarch64.tar.zst")),
    "artifacts: two names differ only by case",
  ],
  ["artifacts in disorder", (record) => record.artifacts.reverse(), "artifacts: not sorted"],
  [
    "an artifact twice",
    (record) => set("artifacts", [artifact(record, 0), artifact(record, 0)])(record),
    "there twice",
  ],
  ["an artifact in another folder", inArtifact("name", "../x.deb"), "artifacts[1].name: expected a file name"],
  ["an artifact named as the record", inArtifact("name", "Release.json"), "artifacts[1].name: expected a name that"],
  ["an artifact named as signatures", inArtifact("name", "x.sig"), "artifacts[1].name: expected a name that"],
  ["an artifact at an absolute path", inArtifact("name", "/etc/x.deb"), "artifacts[1].name: expected a file name"],
  ["an artifact with a zero byte", inArtifact("name", "x\0.deb"), "artifacts[1].name: expected a file name"],
  ["an artifact named as the inventories", inArtifact("name", "inventory"), "artifacts[1].name: expected a name that"],
  ["an artifact with an unknown key", inArtifact("url", "https://x.example/"), 'artifacts[1]: unknown key "url"'],
  [
    "an artifact without an inventory",
    inArtifact("inventory", undefined),
    "artifacts[1].inventory: expected a map, found",
  ],
  [
    "a format of the future",
    inArtifact("format", "rpm"),
    'artifacts[1].format: expected one of tar.zst, tar.gz, zip, deb, pkg, msi, found "rpm"',
  ],
  ["a target that is none", inArtifact("target", "linux-riscv64"), "artifacts[1].target: "],
  ["a size below nothing", inArtifact("size", -1), "artifacts[1].size: expected a size in bytes"],
  ["a size in parts of a byte", inArtifact("size", 0.5), "artifacts[1].size: expected a size in bytes"],
  ["a size in quotes", inArtifact("size", "12"), "artifacts[1].size: expected a size in bytes"],
  ["a size beyond counting", inArtifact("size", 2 ** 53), "artifacts[1].size: "],
  ["a digest in capitals", inArtifact("shipped", "A".repeat(64)), "artifacts[1].shipped: expected a SHA-256"],
  ["a digest that is no hex", inArtifact("recipe", "g".repeat(64)), "artifacts[1].recipe: expected a SHA-256"],
  ["a digest that is a number", inArtifact("shipped", 0), "artifacts[1].shipped: expected a "],
  ["a digest of another kind", inArtifact("content", "a".repeat(40)), "artifacts[1].content: expected a SHA-256"],
  [
    "another artifact's inventory",
    (record) => Object.assign(artifact(record, 1).inventory, { path: "inventory/x.json" }),
    "artifacts[1].inventory.path: expected inventory/",
  ],
  [
    "an inventory that goes up",
    (record) => Object.assign(artifact(record, 1).inventory, { path: "inventory/../../x.json" }),
    "artifacts[1].inventory.path: expected inventory/",
  ],
  [
    "a .deb without control fields",
    (record) => delete artifact(record, 1).control,
    "artifacts[1].control: a .deb and an .msi have",
  ],
  [
    "control fields of an archive",
    (record) => Object.assign(artifact(record, 0), { control: [] }),
    "artifacts[0].control",
  ],
  ["a control field twice", (record) => control(record).push(["package", "x"]), "a control field is there twice"],
  [
    "a control field's end",
    (record) => control(record).push(["A", "b\n\nPackage: x"]),
    "control[4][1]: expected a value",
  ],
  ["a control line that is a field", (record) => control(record).push(["A", "b\nPackage: x"]), "control[4][1]: "],
  ["a control field's name with a colon", (record) => control(record).push(["A:", "b"]), "control[4][0]: "],
  [
    "an .msi with the fields of a .deb",
    inArtifact("format", "msi"),
    "ProductName, ProductVersion and UpgradeCode are needed",
  ],
  ["a .deb that is a rollback build", inArtifact("rollback", true), "artifacts[1].rollback: only an .msi can be"],
  ["a rollback build that is none", inArtifact("rollback", false), "artifacts[1].rollback: expected true, found false"],
  ["a later schema without its fields", set("schema", 2), "schema: expected 2 where homebrew or winget is there"],
  ["fields of a later schema", set("winget", winget), "schema: expected 2 where homebrew or winget is there"],
  ["a formula in the place of facts", second("homebrew", "class X"), "homebrew: expected a map, found a text"],
  [
    "facts for Homebrew of nothing",
    second("homebrew", { desc: "Runs" }),
    "homebrew: expected a formula, a cask or both",
  ],
  ["a desc of two lines", second("homebrew", { desc: "a\nb", formula }), "homebrew.desc: expected one line"],
  [
    "a formula of a path",
    second("homebrew", { desc: "a", formula: { ...formula, name: "../x" } }),
    "homebrew.formula.name: expected a name",
  ],
  [
    "a test that runs something else",
    second("homebrew", { desc: "a", formula: { ...formula, test: ["a", "; b"] } }),
    "homebrew.formula.test[1]: expected an argument",
  ],
  ["a test of nothing", second("homebrew", { desc: "a", formula: { ...formula, test: [] } }), "homebrew.formula.test"],
  [
    "an installed path that goes up",
    second("homebrew", { desc: "a", formula: { ...formula, install: [{ path: "../bin/x", into: "bin" }] } }),
    "install[0].path: expected a path inside an archive",
  ],
  [
    "a cask that removes a relative path",
    second("homebrew", { desc: "a", cask: { ...cask, zap: ["etc/x"] } }),
    "homebrew.cask.zap[0]: expected an absolute path",
  ],
  [
    "a cask of a label with quotes",
    second("homebrew", { desc: "a", cask: { ...cask, launchd: ['a.b"'] } }),
    "homebrew.cask.launchd[0]: expected a reverse domain name",
  ],
  [
    "an identifier for winget that goes up",
    second("winget", { ...winget, identifier: "../.." }),
    "winget.identifier: expected the identifier",
  ],
  ["a tag of two lines", second("winget", { ...winget, tags: ["a\nb"] }), "winget.tags[0]: expected one word"],
  [
    "a .deb with a ProductCode",
    (record) =>
      Object.assign(artifact(record, 1), { productCode: `{${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}}` }),
    "artifacts: an .msi has a productCode",
  ],
  [
    "a ProductCode without braces",
    inArtifact("productCode", "0123"),
    "artifacts[1].productCode: expected a GUID in braces",
  ],
  ["no architecture", (record) => control(record).splice(2, 1), "Package, Version and Architecture are needed"],
];

function renamed(record: Bendable, name: string): Bendable["artifacts"][number] {
  return { ...structuredClone(artifact(record, 0)), ...{ name, inventory: inventoryOf(record, name) } };
}

function inventoryOf(record: Bendable, name: string): { path: string } {
  return { ...artifact(record, 0).inventory, path: `inventory/${name}.json` };
}

function control(record: Bendable): unknown[] {
  return artifact(record, 1).control ?? [];
}

describe("a bad record", () => {
  for (const [name, bad, reason] of rows) {
    it(`is refused: ${name}`, () => {
      assert.throws(
        () => parseRecord(bytesOf(bad), path),
        (error) => {
          const { message } = assertRefusal(error, "SLW-RECORD", reason);
          assert.ok(message.startsWith(`${path} is not a valid release record: `), message);
          assert.ok(message.length < 700, "no dump of the input");
          return true;
        },
      );
    });
  }

  holdsRows("records", 104, rows);

  it("of a newer program is answered with what to do", () => {
    for (const text of ['{"schema": 3}', `{"schema": 7, "more": ${good}}`]) {
      assert.throws(() => parseRecord(Buffer.from(text), "releases/a/1.0.0/release.json"), {
        code: "SLW-STATE-NEWER",
        message:
          /^releases\/a\/1\.0\.0\/release\.json was written by a newer Slipway \(release record schema [37], this one knows 2\)/,
      });
    }
  });
});

function bytesOf(bad: Row[1]): Uint8Array {
  if (bad instanceof Uint8Array) return bad;
  if (typeof bad === "string") return Buffer.from(bad);
  const record = JSON.parse(good) as Bendable;
  bad(record);
  // In the canonical form, so that nothing but the change is wrong.
  return Buffer.from(canonicalJson(JSON.parse(JSON.stringify(record))));
}
