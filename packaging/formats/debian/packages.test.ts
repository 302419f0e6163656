import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { assertGolden } from "../../__fixtures__/golden.ts";
import type { ArtifactJob } from "../../artifact.ts";
import { octalMode } from "../../staging/describe-entry.ts";
import { growTree } from "../../staging/grow-tree.ts";
import { product, target, texts, tree } from "../__fixtures__/courier.ts";
import { planArtifacts } from "../plan.ts";
import { conffiles, controlFields, controlText } from "./control.ts";

const hook = "cat <<END\n  courier is ready\nEND\n";
const jobs = planArtifacts(product, target, tree, { ...texts, hooks: { linux: { postInstall: hook } } });
const [archive, programs, system] = jobs;
assert.ok(archive && programs && system);

const list = ({ tree }: ArtifactJob) =>
  tree.entries.map(({ path, type, mode, part }) => `${octalMode(mode)} ${type} ${part} ${path}\n`).join("");

function textOf(job: ArtifactJob, path: string): string {
  const entry = job.tree.entries.find((one) => one.path === path);
  assert.ok(entry?.type === "file" && entry.content.kind === "bytes", path);
  const bytes = Buffer.from(entry.content.base64, "base64");
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
}

test("an archive and two packages, named as each ecosystem does", () => {
  assert.deepEqual(
    jobs.map((job) => job.name),
    ["courier-1.2.0-rc.1-linux-x86_64.tar.zst", "courier-bin_1.2.0~rc.1_amd64.deb", "courier_1.2.0~rc.1_amd64.deb"],
  );
});

for (const [what, job] of [
  ["programs", programs],
  ["system", system],
] as const) {
  test(`the control file of the package with the ${what}`, () => {
    assertGolden(import.meta.url, `${what}.control`, controlText(job));
  });
  test(`the files of the package with the ${what}`, () => assertGolden(import.meta.url, `${what}.files`, list(job)));
}

test("the files of the archive", () => assertGolden(import.meta.url, "archive.files", list(archive)));

for (const script of ["postinst", "prerm", "postrm"]) {
  test(`${script} of the package with the services`, () => {
    assert.ok(system.format.kind === "deb");
    assertGolden(import.meta.url, script, system.format.scripts[script] ?? "");
  });
}

test("the package with the programs has scripts for its configuration alone: a container can have it", () => {
  assert.ok(programs.format.kind === "deb");
  assert.deepEqual(Object.keys(programs.format.scripts), ["postinst", "postrm"]);
  const bare = growTree(tree.entries.filter(({ path, type }) => type !== "directory" && !path.startsWith("etc/")));
  const [, job] = planArtifacts(product, target, bare, texts);
  assert.ok(job?.format.kind === "deb");
  assert.deepEqual(job.format.scripts, {});
});

test("changelog, copyright and overrides", () => {
  assertGolden(import.meta.url, "changelog", textOf(programs, "usr/share/doc/courier-bin/changelog.gz"));
  assertGolden(import.meta.url, "copyright", textOf(programs, "usr/share/doc/courier-bin/copyright"));
  assertGolden(import.meta.url, "overrides", textOf(programs, "usr/share/lintian/overrides/courier-bin"));
});

test("a static program is explained to lintian, and needs no libc", () => {
  const [, job] = planArtifacts(product, { ...target, static: true, depends: [] }, tree, texts);
  assert.ok(job);
  assert.match(
    textOf(job, "usr/share/lintian/overrides/courier-bin"),
    /^courier-bin: statically-linked-binary \[usr\/bin\/courier\]$/m,
  );
  assert.equal(new Map(controlFields(job)).get("Depends"), undefined);
});

test("configuration is what an upgrade keeps, and only that", () => {
  assert.deepEqual(conffiles(programs), ["/etc/courier/courier.toml"]);
  assert.deepEqual(conffiles(system), []);
});

test("every directory is there before what is in it, in both packages", () => {
  for (const { tree } of jobs) {
    const seen = new Set<string>();
    for (const { path, type } of tree.entries) {
      const slash = path.lastIndexOf("/");
      assert.ok(slash === -1 || seen.has(path.slice(0, slash)), path);
      if (type === "directory") seen.add(path);
    }
  }
});

test("a target that Debian does not know is refused by name", () => {
  const mac = { ...target, name: "macos-universal" } as const;
  assert.throws(() => planArtifacts(product, mac, tree, texts), /SLW-FORMAT/);
});

test("a licence that Debian has is referred to, not quoted", () => {
  const apache = { ...product, licence: { ...product.licence, spdx: "Apache-2.0" } };
  const [, job] = planArtifacts(apache, target, tree, texts);
  assert.ok(job);
  const copyright = textOf(job, "usr/share/doc/courier-bin/copyright");
  assert.match(copyright, /^ \/usr\/share\/common-licenses\/Apache-2\.0\.$/m);
  assert.doesNotMatch(copyright, /Do as you like/);
});
