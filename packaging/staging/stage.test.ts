import assert from "node:assert/strict";
import { chmod, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { assertGolden } from "../__fixtures__/golden.ts";
import { byBytes } from "../byte-order.ts";
import type { ProductFile } from "../manifest/product.ts";
import { elf, fatMachO, macArm, macIntel, portableExecutable } from "../payload/__fixtures__/programs.ts";
import { product as courier, inputs, makeProject, payloadOf } from "./__fixtures__/product.ts";
import { describeEntry } from "./describe-entry.ts";
import { stageTarget } from "./stage.ts";
import type { FileEntry, Tree } from "./tree.ts";

const everywhere = ["linux", "macos", "windows"] as const;
const mac = courier.files.find(({ only }) => only.length === 1) as ProductFile;

function treeText(tree: Tree): string {
  return tree.entries.map((entry) => `${entry.part.padEnd(7)} ${describeEntry(entry)} ${entry.path}\n`).join("");
}

function fileAt(tree: Tree, path: string): FileEntry {
  const entry = tree.entries.find((candidate) => candidate.path === path);
  assert(entry?.type === "file", `${path} is not a file of the tree`);
  return entry;
}

function bytesOf(entry: FileEntry): Buffer {
  assert(entry.content.kind === "bytes");
  return Buffer.from(entry.content.base64, "base64");
}

test("a whole product, file by file", async (context) => {
  const { input, remove } = await makeProject();
  context.after(remove);
  const tree = await stageTarget(input);
  assertGolden(import.meta.url, "tree.txt", treeText(tree));
  const generated = [
    "usr/lib/sysusers.d/courier.conf",
    "usr/lib/tmpfiles.d/courier.conf",
    "usr/share/courier/sockets.json",
  ];
  const texts = generated.map((path) => `==> ${path}\n${bytesOf(fileAt(tree, path)).toString()}`);
  assertGolden(import.meta.url, "generated.txt", texts.join("\n"));
  assert.deepEqual(
    tree.entries.filter((entry) => entry.type === "file" && entry.config).map((entry) => entry.path),
    ["etc/courier/courier.toml"],
  );
});

test("nothing of the disk's metadata reaches the tree", async (context) => {
  const [one, other] = await Promise.all([makeProject(), makeProject()]);
  context.after(() => Promise.all([one.remove(), other.remove()]));
  for (const path of Object.keys(inputs)) {
    const file = join(other.input.projectRoot, path);
    await chmod(file, 0o777);
    await utimes(file, 1, 1);
  }
  const withoutPlaces = ({ entries }: Tree) =>
    entries.map((entry) =>
      entry.type === "file" && entry.content.kind === "disk" ? { ...entry, content: "disk" } : entry,
    );
  assert.deepEqual(withoutPlaces(await stageTarget(other.input)), withoutPlaces(await stageTarget(one.input)));
});

test("small inputs travel in the tree, payload files and large inputs stay on the disk", async (context) => {
  const large = "x".repeat((1 << 20) + 1);
  const { input, remove } = await makeProject({ "packaging/hello.msg": large });
  context.after(remove);
  const tree = await stageTarget(input);
  assert.equal(bytesOf(fileAt(tree, "etc/courier/courier.toml")).toString(), inputs["packaging/courier.toml"]);
  assert.deepEqual(fileAt(tree, "usr/bin/courier").content, { kind: "disk", file: join(input.projectRoot, "program") });
  const onDisk = fileAt(tree, "usr/share/courier/fixtures/hello.msg");
  assert.equal(onDisk.content.kind, "disk");
  assert.equal(onDisk.size, large.length);
});

test("bytes of inputs are kept as they are; manual pages become gzip without name and time", async (context) => {
  const { input, remove } = await makeProject();
  context.after(remove);
  const tree = await stageTarget(input);
  assert.equal(bytesOf(fileAt(tree, "usr/share/courier/fixtures/hello.msg")).toString(), "hello\r\n");
  const manual = bytesOf(fileAt(tree, "usr/share/man/man1/courier.1.gz"));
  assert.equal(gunzipSync(manual).toString(), inputs["packaging/courier.1"]);
  assert.equal(manual.subarray(0, 10).toString("hex"), "1f8b08000000000002ff");
});

test("entries are sorted by bytes, and every directory has its own before what is in it", async (context) => {
  const { input, remove } = await makeProject();
  context.after(remove);
  const paths = (await stageTarget(input)).entries.map((entry) => entry.path);
  assert.deepEqual(paths, [...paths].sort(byBytes));
  for (const path of paths.filter((candidate) => candidate.includes("/"))) {
    const parent = path.slice(0, path.lastIndexOf("/"));
    assert(paths.indexOf(parent) !== -1 && paths.indexOf(parent) < paths.indexOf(path), `${parent} before ${path}`);
  }
});

test("a product without services has no service part but its completions", async (context) => {
  const { input, remove } = await makeProject();
  context.after(remove);
  const bare = { ...input.product, services: [], sockets: [], completions: {} };
  const tree = await stageTarget({ ...input, product: bare });
  assert.deepEqual(
    tree.entries.filter((entry) => entry.part === "service"),
    [],
  );
});

test("a payload of another target, an empty one and a missing one are named together with other mistakes", async (context) => {
  const { input, remove } = await makeProject({ "packaging/courier.toml": undefined });
  context.after(remove);
  const empty = join(input.projectRoot, "empty");
  await writeFile(empty, "");
  const program = join(input.projectRoot, "program");
  const binaries = ["courier", "sorter", "stamp"].map((name) => ({ name, from: name }));
  const payload = payloadOf({
    courier: { file: program, bytes: elf() },
    sorter: { file: empty, bytes: new Uint8Array() },
  });
  const target = { ...input.target, name: "linux-aarch64", binaries } as const;
  await assert.rejects(stageTarget({ ...input, target, payload }), (error) => {
    assert(error instanceof Error);
    assertGolden(import.meta.url, "payload-mistakes.txt", `${error.message}\n`);
    return true;
  });
});

const elsewhere = [
  { name: "macos-universal", bytes: fatMachO([macIntel, macArm]), golden: "tree-macos.txt" },
  { name: "windows-x86_64", bytes: portableExecutable(), golden: "tree-windows.txt" },
] as const;

for (const { name, bytes, golden } of elsewhere) {
  test(`the same product for ${name}: no systemd, and what its system wants`, async (context) => {
    const { input, remove } = await makeProject();
    context.after(remove);
    const file = join(input.projectRoot, "elsewhere");
    await writeFile(file, bytes);
    const payload = payloadOf({ "bin/courier": { file, bytes } });
    const product = { ...input.product, files: [...input.product.files, ...onlyWindows] };
    const tree = await stageTarget({ ...input, product, target: { ...input.target, name }, payload });
    assertGolden(import.meta.url, golden, treeText(tree));
  });
}

/** Another file under the same name as one that only macOS gets. */
const onlyWindows: readonly ProductFile[] = [
  { ...mac, from: "courier.toml", to: "usr/share/courier/icon.ico", only: ["windows"] },
];

test("a name that Windows cannot hold is refused for Windows alone", async (context) => {
  const { input, remove } = await makeProject();
  context.after(remove);
  const product = {
    ...input.product,
    files: [{ ...mac, from: "hello.msg", to: "usr/share/courier/aux.msg", only: everywhere }],
  };
  await stageTarget({ ...input, product });
  const file = join(input.projectRoot, "courier.exe");
  await writeFile(file, portableExecutable());
  const payload = payloadOf({ "bin/courier": { file, bytes: portableExecutable() } });
  await assert.rejects(
    stageTarget({ ...input, product, target: { ...input.target, name: "windows-x86_64" }, payload }),
    {
      code: "SLW-STAGING",
      message: /^usr\/share\/courier\/aux\.msg has the name aux\.msg, which is a device on Windows\./,
    },
  );
});
