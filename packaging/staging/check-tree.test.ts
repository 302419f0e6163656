import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assertGolden } from "../__fixtures__/golden.ts";
import { holdsRows } from "../__fixtures__/refused.ts";
import { checkTree } from "./check-tree.ts";
import { inlineEntry } from "./file-entry.ts";
import { growTree } from "./grow-tree.ts";
import type { FileEntry, SymlinkEntry, TreeEntry } from "./tree.ts";

const noRules = { system: "linux", binaries: [], privileged: new Set<string>() } as const;

function file(path: string, more: Partial<FileEntry> = {}): FileEntry {
  return { ...inlineEntry(path, "x", "bin"), ...more };
}

function link(path: string, target: string): SymlinkEntry {
  return { type: "symlink", path, target, mode: 0o777, owner: "root", group: "root", part: "bin" };
}

function mistakesOf(...leaves: readonly TreeEntry[]): readonly string[] {
  return checkTree(growTree(leaves), noRules).map(({ code, message }) => {
    assert.equal(code, "SLW-STAGING", message);
    return message;
  });
}

const rows: readonly (readonly [name: string, leaves: readonly TreeEntry[]])[] = [
  ["absolute path", [file("/etc/passwd")]],
  ["drive letter", [file("C:/Windows/x")]],
  ["leading parent", [file("../etc/passwd")]],
  ["parent in the middle", [file("usr/share/../../etc/passwd")]],
  ["dot", [file("usr/./share/x")]],
  ["empty name", [file("usr//share/x")]],
  ["trailing slash", [file("usr/share/x/")]],
  ["empty path", [file("")]],
  ["backslash", [file("usr\\share\\x")]],
  ["newline", [file("usr/share/a\nb")]],
  ["escape sequence", [file("usr/share/\u001b[31mred")]],
  ["right-to-left override", [file("usr/share/\u202etxt.exe")]],
  ["zero-width space", [file("usr/share/a\u200bb")]],
  ["half a surrogate pair", [file("usr/share/\ud800")]],
  ["replacement character", [file("usr/share/\ufffd")]],
  ["name of 256 bytes", [file(`usr/share/${"ä".repeat(128)}`)]],
  ["path of 1024 bytes", [file(`usr/${`${"d".repeat(203)}/`.repeat(5)}`.slice(0, 1023).concat("d"))]],
  ["usr/local", [file("usr/local/bin/x")]],
  ["opt", [file("opt/x")]],
  ["home", [file("home/user/x")]],
  ["root", [file("root/.profile")]],
  ["run", [file("run/x")]],
  ["var/run", [file("var/run/x")]],
  ["tmp", [file("tmp/x")]],
  ["merged usr", [file("bin/x"), file("lib/systemd/system/x.service")]],
  ["kernel", [file("proc/x"), file("dev/x")]],
  ["twice", [file("usr/share/x"), file("usr/share/x")]],
  ["file where a directory is needed", [file("usr/share/x"), file("usr/share/x/y"), file("usr/share/x/z/a")]],
  ["link where a directory is needed", [link("usr/share/x", "y"), file("usr/share/x/y")]],
  ["files that differ by case", [file("usr/share/Readme"), file("usr/share/README")]],
  ["folders that differ by case", [file("usr/share/Runtime/a"), file("usr/share/runtime/a")]],
  ["composed and decomposed letters", [file("usr/share/\u00e9"), file("usr/share/e\u0301")]],
  ["setuid", [file("usr/bin/x", { mode: 0o4755 })]],
  ["setgid", [file("usr/bin/x", { mode: 0o2755 })]],
  ["world-writable", [file("usr/share/x", { mode: 0o666 })]],
  ["both at once", [file("usr/bin/x", { mode: 0o6777 })]],
  ["no mode", [file("usr/share/x", { mode: 0o10000 })]],
  ["account of the package itself", [file("usr/share/x", { owner: "_runtime", group: "_runtime" })]],
  ["absolute link", [link("usr/bin/x", "/etc/alternatives/x")]],
  ["link out of the tree", [link("usr/bin/x", "../../../etc/passwd")]],
  ["link that leaves and returns", [link("usr/bin/x", "../../../root/usr/bin/y")]],
  ["empty link", [link("usr/bin/x", "")]],
];

test("every mistake is told with the entry's name", () => {
  const sections = rows.map(([name, leaves]) => {
    const messages = mistakesOf(...leaves);
    assert(messages.length > 0, `${name} was accepted`);
    return `${name}\n${messages.map((message) => `    ${message}\n`).join("")}`;
  });
  assertGolden(import.meta.url, "tree-mistakes.txt", sections.join(""));
});

holdsRows("trees", 40, rows);

const accepted: readonly (readonly [name: string, leaves: readonly TreeEntry[]])[] = [
  ["links inside", [link("usr/bin/x", "../lib/x/x"), link("usr/share/y", "./z")]],
  ["a link to the top", [link("usr/share/x", "../..")]],
  ["same name in two folders", [file("usr/share/a/X"), file("usr/share/b/x")]],
  ["names with blanks and letters of all languages", [file("usr/share/a b/π ß 語 🚀")]],
  ["a file of a group that every system has", [file("usr/share/x", { group: "www-data" })]],
  ["names that begin like a folder that is not allowed", [file("usr/localized/x"), file("running/x")]],
];
for (const [name, leaves] of accepted) {
  test(`accepted: ${name}`, () => assert.deepEqual(mistakesOf(...leaves), []));
}

test("what is declared may be setuid or writable by everybody", () => {
  const tree = growTree([file("usr/bin/x", { mode: 0o4757 })]);
  assert.deepEqual(checkTree(tree, { ...noRules, privileged: new Set(["usr/bin/x"]) }), []);
});

test("programs must be there, be files, hold something and be executable", () => {
  const leaves = [
    file("usr/bin/empty", { mode: 0o755, size: 0 }),
    file("usr/bin/plain"),
    link("usr/bin/link", "plain"),
    file("usr/bin/good", { mode: 0o755 }),
  ];
  const binaries = ["good", "empty", "plain", "link", "absent"].map((name) => `usr/bin/${name}`);
  assert.deepEqual(
    checkTree(growTree(leaves), { ...noRules, binaries }).map((mistake) => mistake.message),
    [
      "usr/bin/empty is empty.",
      "usr/bin/plain has mode 0644: not executable.",
      "usr/bin/link is a symlink, not a program.",
      "usr/bin/absent is missing.",
    ],
  );
});

test("a tree out of order, or without a parent's entry, is refused", () => {
  const { entries } = growTree([file("usr/share/a"), file("usr/share/b")]);
  const unsorted = { entries: [...entries].reverse() };
  assert.match(checkTree(unsorted, noRules)[0]?.message ?? "", /comes after usr\/share\/b: the tree is not sorted/);
  const orphan = { entries: entries.filter((entry) => entry.path !== "usr/share") };
  assert.match(checkTree(orphan, noRules)[0]?.message ?? "", /usr\/share\/a has no entry for its directory usr\/share/);
});

const name = fc.stringMatching(/^[a-z0-9][a-z0-9._+-]{0,8}$/);
const goodPath = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => `usr/share/${names.join("/")}`);

test("distinct good paths make a tree without mistakes, whatever their order", () => {
  fc.assert(
    fc.property(fc.uniqueArray(goodPath, { maxLength: 20 }), (paths) => {
      const leaves = paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`)));
      const tree = growTree(leaves.map((path) => file(path)));
      assert.deepEqual(checkTree(tree, noRules), []);
      assert.deepEqual(growTree(leaves.toReversed().map((path) => file(path))), tree);
    }),
  );
});

test("any string as a path or a link is judged without an error, and nothing that escapes is accepted", () => {
  const pieces = fc.constantFrom("..", ".", "", "usr", "a", "A", "\u0000", "\ud800", "C:", "\\", "run");
  const anyPath = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 6 }).map((names) => names.join("/")),
  );
  fc.assert(
    fc.property(anyPath, anyPath, (path, target) => {
      const messages = mistakesOf(file(path), link("usr/share/z", target));
      const names = path.split("/");
      if (names.includes("..") || names.includes("") || /[\0\\]/.test(path)) assert(messages.length > 0);
      for (const message of messages) assert.doesNotMatch(message, /[\p{Cc}\p{Cs}]/u);
    }),
    { numRuns: 1000 },
  );
});
