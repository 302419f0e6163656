import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertRefusal, holdsRows } from "../__fixtures__/refused.ts";
import { canonicalJson } from "../canonical-json.ts";
import { sha256 } from "../digest.ts";
import { builtRelease, debJob } from "./__fixtures__/release.ts";
import { inventoryLimit, parseInventory, parseInventoryOf } from "./inventory.ts";

type Entry = Record<string, unknown>;
/** An inventory as a test may bend it: one of each kind of entry, the configuration first. */
interface Bendable {
  entries: Entry[];
}
type Row = readonly [name: string, bad: Uint8Array | string | ((inventory: Bendable) => void), reason: string];

const path = `releases/runtime/1.0.0/inventory/${debJob.name}.json`;
const good = builtRelease().inventories.get(`inventory/${debJob.name}.json`) ?? "";
const set = (key: string, value: unknown) => (inventory: Bendable) => void Object.assign(inventory, { [key]: value });
/** Changes the first entry of a kind. */
const inThe = (type: string, key: string, value: unknown) => (inventory: Bendable) => {
  const found = inventory.entries.find((entry) => entry["type"] === type);
  assert.ok(found !== undefined);
  found[key] = value;
};
const inFirst = (key: string, value: unknown) => inThe("file", key, value);
const isPath = "expected a relative path with forward slashes";
const below = { path: "usr/bin/runtime/x", type: "file", mode: "0644", owner: "root", group: "root", size: 0 };

// biome-ignore format: a table, one row for each mistake
const rows: readonly Row[] = [
  ["nothing", "", "it is not JSON"],
  ["half an inventory", good.slice(0, 300), "it is not JSON"],
  ["no UTF-8", Uint8Array.of(0x22, 0xff, 0x22), "it is not UTF-8 text"],
  ["lists in lists", "[".repeat(200_000), "it is not JSON"],
  ["lists in lists, closed", `${"[".repeat(5000)}${"]".repeat(5000)}\n`, "expected a map, found a list"],
  ["too many bytes", new Uint8Array(inventoryLimit + 1).fill(0x20), "more than the 67108864 allowed"],
  ["a doubled key", good.replace('"schema": 1', '"schema": 1,\n  "schema": 1'), "canonical form"],
  ["an older schema", set("schema", 0), "schema: expected 1, found 0"],
  ["an unknown key", set("files", []), 'unknown key "files"'],
  ["an artifact that goes up", set("artifact", "../x.deb"), "artifact: expected a file name"],
  ["an artifact named as the sums", set("artifact", "SHA256SUMS"), "artifact: expected a name that the release's folder"],
  ["entries as a map", set("entries", {}), "entries: expected a list, found a map"],
  ["an entry that is a path", set("entries", ["usr/bin/x"]), "entries[0]: expected a map, found a text"],
  ["a path that is absolute", inFirst("path", "/etc/passwd"), `entries[0].path: ${isPath}`],
  ["a path that goes up", inFirst("path", "../../etc/passwd"), `entries[0].path: ${isPath}`],
  ["a path that goes up inside", inFirst("path", "etc/../../x"), `entries[0].path: ${isPath}`],
  ["a path with a dot", inFirst("path", "etc/./x"), `entries[0].path: ${isPath}`],
  ["a path with an empty piece", inFirst("path", "etc//x"), `entries[0].path: ${isPath}`],
  ["a path with a zero byte", inFirst("path", "etc/a\0b"), `entries[0].path: ${isPath}`],
  ["a path with an escape", inFirst("path", "etc/\u001b[2J"), `entries[0].path: ${isPath}`],
  ["a path with backslashes", inFirst("path", "etc\\x"), `entries[0].path: ${isPath}`],
  ["a path beyond all paths", inFirst("path", "x".repeat(5000)), `entries[0].path: ${isPath}`],
  ["a path that is a number", inFirst("path", 7), "entries[0].path: expected a text, found a number"],
  ["an entry twice", (it) => it.entries.push({ ...it.entries.at(-1) }), "entries: not sorted by path, or one is there twice"],
  ["entries in disorder", (it) => it.entries.reverse(), "entries: not sorted by path"],
  ["an entry below a file", (it) => insertBelow(it, below), "entries: a path is below one that is no directory"],
  ["an entry below a link", (it) => insertBelow(it, { ...below, path: "usr/bin/rt/x" }), "entries: a path is below one that is no directory"],
  ["a device", inFirst("type", "device"), "entries[0].type: expected directory, file or symlink"],
  ["no type", inFirst("type", undefined), "entries[0].type: expected directory, file or symlink"],
  ["a mode that is a number", inFirst("mode", 644), "entries[0].mode: expected a text, found a number"],
  ["a mode of three digits", inFirst("mode", "644"), "entries[0].mode: expected four octal digits"],
  ["a mode that is not octal", inFirst("mode", "0689"), "entries[0].mode: expected four octal digits"],
  ["an owner of two words", inFirst("owner", "a b"), "entries[0].owner: expected the name of a user or group"],
  ["a group with a line", inFirst("group", "root\nroot"), "entries[0].group: expected the name of a user or group"],
  ["no mode", inFirst("mode", undefined), "entries: all entries have mode, owner and group, or all are files and none has"],
  ["no owner", inFirst("owner", undefined), "entries: all entries have mode, owner and group"],
  ["one entry without what all others have", (it) => it.entries.push({ path: "z", type: "file", size: 0, sha256: sha256("") }), "entries: all entries have"],
  ["a folder in what has files alone", set("entries", [{ path: "a", type: "directory" }]), "entries: all entries have"],
  ["a table of an .msi in a .deb", set("texts", { "MSI/Upgrade.idt": "x" }), "texts: a text is not that of its entry"],
  ["a size below nothing", inFirst("size", -1), "entries[0].size: expected a size in bytes"],
  ["a size beyond counting", inFirst("size", 2 ** 53), "entries[0].size: expected a"],
  ["a digest that is no hex", inFirst("sha256", "z".repeat(64)), "entries[0].sha256: expected a SHA-256"],
  ["configuration that is none", inFirst("config", false), "entries[0].config: expected true, found false"],
  ["a folder with a size", inThe("directory", "size", 1), 'unknown key "size"'],
  ["a link with a digest", inThe("symlink", "sha256", "0".repeat(64)), 'unknown key "sha256"'],
  ["a link to nothing", inThe("symlink", "target", ""), "target: expected the target of a link, in one line"],
  ["a link with a zero byte", inThe("symlink", "target", "a\0b"), "target: expected the target of a link, in one line"],
  ["a link over two lines", inThe("symlink", "target", "a\nb"), "target: expected the target of a link, in one line"],
  ["a script at a path", set("scripts", { "../x": { size: 1, sha256: "0".repeat(64) } }), "scripts.../x: expected the name of a maintainer script"],
  ["a script without a digest", set("scripts", { postinst: { size: 1 } }), "scripts.postinst.sha256: expected a"],
  ["a text of no entry", set("texts", { "usr/bin/other": "x" }), "texts: a text is not that of its entry"],
  ["a text of other words", (it) => set("texts", { "etc/runtime/runtime.toml": "port = 2\n" })(it), "texts: a text is not that of its entry"],
  ["a text at a path that goes up", set("texts", { "../x": "x" }), `texts.../x: ${isPath}`],
  ["a text that is a list", set("texts", { "usr/bin/x": [] }), "texts.usr/bin/x: expected a text, found a list"],
];

describe("a bad inventory", () => {
  for (const [name, bad, reason] of rows) {
    it(`is refused: ${name}`, () => {
      assert.throws(
        () => parseInventory(bytesOf(bad), path),
        (error) => {
          const { message } = assertRefusal(error, "SLW-RECORD", reason);
          assert.ok(message.startsWith(`${path} is not a valid inventory: `), message);
          return true;
        },
      );
    });
  }

  holdsRows("inventories", 50, rows);

  it("of a newer program is answered with what to do", () => {
    assert.throws(() => parseInventory(Buffer.from('{"schema": 2}'), path), {
      code: "SLW-STATE-NEWER",
      message:
        /inventory\/\S+ was written by a newer Slipway \(inventory schema 2, this one knows 1\): use that version/,
    });
  });

  it("of another artifact is refused where it lies", () => {
    assert.throws(
      () => parseInventoryOf(Buffer.from(good), path, "runtime_2.0.0_amd64.deb"),
      (error) => {
        const says = `${path} is the inventory of ${debJob.name}; that of runtime_2.0.0_amd64.deb belongs there.`;
        assertRefusal(error, "SLW-RECORD", says);
        return true;
      },
    );
  });
});

function insertBelow(inventory: Bendable, entry: Entry): void {
  inventory.entries.push({ ...entry, sha256: sha256("") });
  inventory.entries.sort((a, b) => (String(a["path"]) < String(b["path"]) ? -1 : 1));
}

function bytesOf(bad: Row[1]): Uint8Array {
  if (bad instanceof Uint8Array) return bad;
  if (typeof bad === "string") return Buffer.from(bad);
  const inventory = JSON.parse(good) as Bendable;
  bad(inventory);
  return Buffer.from(canonicalJson(JSON.parse(JSON.stringify(inventory))));
}
