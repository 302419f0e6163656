import assert from "node:assert/strict";
import { test } from "node:test";
import { assertGolden } from "../../__fixtures__/golden.ts";
import { SlipwayError } from "../../errors.ts";
import { describeEntry, inventoryOf } from "../../record/inventory.ts";
import { fileEntry, inlineEntry } from "../../staging/file-entry.ts";
import { growTree } from "../../staging/grow-tree.ts";
import { inlineBytes } from "../../staging/input-file.ts";
import { texts as plainTexts } from "../__fixtures__/courier.ts";
import { planArtifacts } from "../plan.ts";
import { installer, product, target, texts, tree } from "./__fixtures__/mac-product.ts";
import { planPkg } from "./plan-pkg.ts";

const job = planPkg(product, target, tree, texts, installer);
const { format } = job;
assert(format.kind === "pkg");

test("what a package holds, and where", () => {
  const { entries, texts: shown = {} } = inventoryOf(job);
  // A script's digest says nothing that its own text does not.
  const lines = entries.map((entry) => `${entry.path} ${describeEntry(entry)}\n`);
  assertGolden(import.meta.url, "plan-pkg.files", lines.join(""));
  for (const [path, text] of Object.entries(shown)) {
    if (!path.includes("/etc/")) assertGolden(import.meta.url, `plan-pkg.${path.split("/").at(-1)}`, text);
  }
  const { scripts: _, ...options } = format;
  assert.deepEqual(options, {
    kind: "pkg",
    identifier: "dev.courier.tool",
    version: "1.2.0",
    title: "courier",
    minimumSystem: "12.0",
  });
});

test("the same tree is an archive for Homebrew", () => {
  const [archive] = planArtifacts(product, target, tree, texts);
  assert.equal(archive?.name, "courier-1.2.0-macos-universal.tar.gz");
  const paths = archive.tree.entries.map(({ path }) => path);
  for (const path of ["bin/courier", "etc/courier/courier.toml", "libexec/courier-release-quarantine"]) {
    assert.ok(paths.includes(path), path);
  }
  assert.ok(!paths.some((path) => path.startsWith("Library/")));
});

test("a package of programs alone makes no accounts and starts nothing", () => {
  const { format } = planPkg({ ...product, services: [], sockets: [] }, target, tree, plainTexts, installer);
  assert(format.kind === "pkg");
  const { preinstall = "", postinstall = "" } = format.scripts;
  assert.match(preinstall, /stop "\$label"/, "an earlier version may have had services");
  assert.doesNotMatch(postinstall, /dscl|launchctl|chown/);
  const bare = growTree([inlineEntry("usr/share/courier/x", "x", "bin")]);
  const none = planPkg({ ...product, services: [], sockets: [] }, target, bare, plainTexts, installer);
  assert(none.format.kind === "pkg");
  assert.deepEqual(Object.keys(none.format.scripts), ["preinstall"]);
});

test("refused: a service's socket beside a folder of sockets, which must be root's", () => {
  const [first] = product.sockets;
  assert(first !== undefined);
  const inner = { ...first, path: "/run/courier/in/courier.sock" };
  const plan = (owner: string) =>
    planPkg({ ...product, sockets: [{ ...first, owner }, inner] }, target, tree, texts, installer);
  assert.throws(
    () => plan("_courier"),
    (error) =>
      error instanceof SlipwayError &&
      error.code === "SLW-FORMAT" &&
      /\/run\/courier\/courier\.sock of _courier is beside \/run\/courier\/in, a folder/.test(error.message),
  );
  assert.equal(plan("root").format.kind, "pkg");
});

test("refused: a log that two users' services name", () => {
  const named = (text: string) =>
    text.replace("<dict>", "<dict>\n<key>StandardErrorPath</key><string>/Library/Logs/courier/all.log</string>");
  const launchd = Object.fromEntries(
    Object.entries(texts.launchd).map(([name, source]) => [name, { ...source, text: named(source.text) }]),
  );
  const plan = (user: string) => {
    const services = product.services.map((service) => (service.name === "sorter" ? { ...service, user } : service));
    return planPkg({ ...product, services }, target, tree, { ...texts, launchd }, installer);
  };
  assert.throws(
    () => plan("_sorter"),
    (error) =>
      error instanceof SlipwayError &&
      /dev\.courier\.tool\.sorter logs to .*\/all\.log as _sorter, and another service does as _courier/.test(
        error.message,
      ),
  );
  assert.equal(plan("_courier").format.kind, "pkg");
});

test("a service that no property list tells of is none on a Mac, nor is its user", () => {
  assert.ok(!JSON.stringify(job).includes("_audit"));
});

for (const [what, changed, says] of [
  [
    "a file of somebody else's",
    [fileEntry("usr/share/x", inlineBytes(Buffer.from("x")), { part: "bin", group: "mail" })],
    /usr\/local\/share\/x belongs to root:mail/,
  ],
  [
    "two files that would be one",
    [inlineEntry("usr/etc/x", "1", "bin"), inlineEntry("etc/x", "2", "bin")],
    /usr\/local\/etc\/x would be in the macOS package twice/,
  ],
  [
    "a file where the script that removes it all is",
    [inlineEntry("usr/libexec/courier-uninstall", "", "bin")],
    /twice/,
  ],
  ["a file that is another's default", [inlineEntry("usr/etc/courier/courier.toml.default", "", "bin")], /twice/],
] as const) {
  test(`refused: ${what}`, () => {
    const leaves = [...tree.entries.filter(({ type }) => type !== "directory"), ...changed];
    assert.throws(
      () => planPkg(product, target, growTree(leaves), texts, installer),
      (error) => error instanceof SlipwayError && error.code === "SLW-FORMAT" && says.test(error.message),
    );
  });
}
