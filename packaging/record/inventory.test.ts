import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertGolden } from "../__fixtures__/golden.ts";
import { canonicalJson } from "../canonical-json.ts";
import { courier } from "../formats/windows/installer/__fixtures__/courier.ts";
import { archiveJob, debJob, file } from "./__fixtures__/release.ts";
import {
  describeEntry,
  inventoryOf,
  inventoryText,
  longestScript,
  mostScriptBytes,
  parseInventory,
} from "./inventory.ts";

describe("an inventory", () => {
  it("is one text for one package, and is read back as what it was", () => {
    const inventory = inventoryOf(debJob);
    const text = inventoryText(inventory);
    assertGolden(import.meta.url, "inventory.json", text);
    assert.deepEqual(parseInventory(Buffer.from(text), "inventory"), inventory);
  });

  it("of an archive has no scripts, and shows lines of units and configuration all the same", () => {
    const inventory = inventoryOf(archiveJob);
    assert.equal(inventory.scripts, undefined);
    assert.deepEqual(inventory.texts, {
      "etc/runtime/runtime.toml": "port = 1\n",
      "usr/lib/systemd/system/runtime.service": "[Service]\nExecStart=/usr/bin/runtime\n",
    });
  });

  it("keeps the text of nothing that is not text, or is long", () => {
    const unit = "usr/lib/systemd/system/a.service";
    const binary = file(unit, "", { content: { kind: "bytes", base64: "/w==" } });
    for (const entry of [binary, file(unit, "#".repeat(70_000)), file("usr/share/doc/a", "text")]) {
      assert.equal(inventoryOf({ ...archiveJob, tree: { entries: [entry] } }).texts, undefined);
    }
  });

  it("keeps the text of scripts and of launchd's plists, wherever a system has them", () => {
    const kept = [
      "Library/LaunchDaemons/example.runtime.plist",
      "share/runtime/powershell/Bridge/Bridge.psd1",
      "share/runtime/powershell/Bridge/Bridge.psm1",
      "share/runtime/powershell/relay.PS1",
      "usr/share/runtime/wsl/runtime-windows.sh",
    ];
    const others = [
      "Library/LaunchDaemons/notes.txt",
      "Library/Other/a.plist",
      "usr/share/runtime/a.js",
      "usr/share/sh",
    ];
    const entries = [...kept, ...others].map((path) => file(path, `of ${path}\n`));
    const inventory = inventoryOf({ ...archiveJob, tree: { entries } });
    assert.deepEqual(inventory.texts, Object.fromEntries(kept.map((path) => [path, `of ${path}\n`])));
    assert.deepEqual(parseInventory(Buffer.from(inventoryText(inventory)), "inventory"), inventory);
  });

  it("keeps no long script, and of many those that come first", () => {
    const long = file("share/a.ps1", "#".repeat(longestScript + 1));
    const many = Array.from({ length: 12 }, (_, at) => file(`share/b${at + 10}.sh`, "#".repeat(longestScript)));
    const unit = file("etc/runtime/z.sh", "#".repeat(longestScript + 1));
    const { texts = {} } = inventoryOf({ ...archiveJob, tree: { entries: [long, ...many.toReversed(), unit] } });
    const first = mostScriptBytes / longestScript;
    assert.deepEqual(
      Object.keys(texts).sort(),
      ["etc/runtime/z.sh", ...many.slice(0, first).map(({ path }) => path)].sort(),
    );
  });

  it("describes each entry on one line", () => {
    assert.deepEqual(
      inventoryOf(debJob).entries.map((entry) => describeEntry(entry).replace(/([0-9a-f]{4})[0-9a-f]{60}/, "$1…")),
      [
        "0640 root:runtime 9 a512… configuration",
        "0755 root:root directory",
        "0777 root:root link to runtime",
        "0755 root:root 7 1310…",
        "0644 root:root 37 b463…",
      ],
    );
  });

  it("of an .msi is files without mode and owner, and the tables that the installer obeys; a table is told of nothing else", () => {
    const { entries } = debJob.tree;
    const tree = { entries: entries.filter(({ type, path }) => type === "file" && !path.endsWith(".service")) };
    const format = { ...courier, path: "usr/bin" };
    const inventory = inventoryOf({ ...debJob, name: "runtime-1.0.0-windows-x86_64.msi", tree, format });
    assert.deepEqual(
      inventory.entries.map((one) => `${one.path} ${describeEntry(one).replace(/([0-9a-f]{4})[0-9a-f]{60}/, "$1…")}`),
      ["etc/runtime/runtime.toml 9 a512… configuration", "usr/bin/runtime 7 1310…"],
    );
    const text = inventoryText(inventory);
    assert.deepEqual(parseInventory(Buffer.from(text), "inventory"), inventory);
    assert.match(inventory.texts?.["MSI/LaunchCondition.idt"] ?? "", /^NOT NEWERVERSION\t/m);
    assert.equal(inventory.texts?.["etc/runtime/runtime.toml"], "port = 1\n");
    for (const path of ["MSI/Upgrade", "MSI/../x.idt", "x/MSI/Upgrade.idt"]) {
      const other = { ...inventory, texts: { [path]: "x" } };
      assert.throws(() => inventoryText(other), { code: "SLW-RECORD" });
    }
  });

  const entry = {
    path: "a",
    type: "file",
    mode: "0644",
    owner: "root",
    group: "root",
    size: 0,
    sha256: "0".repeat(64),
  };
  const rows: readonly (readonly [name: string, change: object, reason: string])[] = [
    [
      "of an absolute path",
      { entries: [{ ...entry, path: "/etc/passwd" }] },
      "entries[0].path: expected a relative path",
    ],
    ["of a path that leaves", { entries: [{ ...entry, path: "a/../../b" }] }, "entries[0].path: "],
    ["of a path with a newline", { entries: [{ ...entry, path: "a\nb" }] }, "entries[0].path: "],
    ["of an empty segment", { entries: [{ ...entry, path: "a//b" }] }, "entries[0].path: "],
    ["of a mode that is a number", { entries: [{ ...entry, mode: 420 }] }, "entries[0].mode: "],
    ["of a device", { entries: [{ ...entry, type: "device" }] }, "entries[0].type: "],
    ["of a link with a size", { entries: [{ ...entry, type: "symlink", target: "b" }] }, "entries[0]: "],
    ["of a file that is not configuration", { entries: [{ ...entry, config: false }] }, "entries[0].config: "],
    ["in disorder", { entries: [{ ...entry, path: "b" }, entry] }, "entries: not sorted by path"],
    ["of a path twice", { entries: [entry, entry] }, "entries: not sorted by path"],
    ["with a text that is not the file's", { texts: { a: "other" } }, "texts: a text is not that of its entry"],
    ["with a text of nothing", { texts: { b: "" } }, "texts: a text is not that of its entry"],
    ["of a newer kind", { links: [] }, '"links"'],
  ];
  for (const [name, change, reason] of rows) {
    it(`is refused: ${name}`, () => {
      const text = canonicalJson({ schema: 1, artifact: "a.deb", entries: [entry], ...change });
      assert.throws(
        () => parseInventory(Buffer.from(text), "x.json"),
        (error: Error) => {
          assert.ok(error.message.startsWith("x.json is not a valid inventory: "), error.message);
          assert.ok(error.message.includes(reason), error.message);
          return true;
        },
      );
    });
  }
});
