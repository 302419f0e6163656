import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../../digest.ts";
import { SlipwayError } from "../../errors.ts";
import type { MsiInstaller, Product, ProductTarget } from "../../manifest/product.ts";
import { inlineEntry } from "../../staging/file-entry.ts";
import { growTree } from "../../staging/grow-tree.ts";
import type { ProductTexts } from "../../staging/texts.ts";
import type { SymlinkEntry, TreeEntry } from "../../staging/tree.ts";
import { product as linuxProduct, target as linuxTarget, texts } from "../__fixtures__/courier.ts";
import { planMsi } from "./plan-msi.ts";

const product: Product = { ...linuxProduct, version: "1.2.0" };
const target: ProductTarget = {
  ...linuxTarget,
  name: "windows-x86_64",
  binaries: [{ name: "courier", from: "c.exe" }],
};
const program = inlineEntry("usr/bin/courier.exe", "program", "bin");
const plain: MsiInstaller = { format: "msi", rollback: false };

function plan(
  changed: {
    readonly product?: Partial<Product>;
    readonly installer?: Partial<MsiInstaller>;
    readonly entries?: readonly TreeEntry[];
    readonly hooks?: ProductTexts["hooks"];
  } = {},
) {
  const { entries = [program, inlineEntry("etc/courier/courier.toml", "level = 1\n", "bin")] } = changed;
  const installer = { ...plain, ...changed.installer };
  return planMsi(
    { ...product, ...changed.product },
    target,
    growTree(entries),
    { ...texts, hooks: changed.hooks ?? {} },
    installer,
  );
}

test("an .msi installs what the archives hold, and is named and titled after the product", () => {
  const { name, tree, format, ...rest } = plan();
  assert.equal(name, "courier-1.2.0-windows-x86_64.msi");
  assert.deepEqual(rest, { product: "courier", version: "1.2.0", target: "windows-x86_64", epoch: product.epoch });
  assert.deepEqual(
    tree.entries.filter(({ type }) => type === "file").map(({ path }) => path),
    ["bin/courier.exe", "etc/courier/courier.toml", "share/doc/courier/LICENSE"],
  );
  assert.deepEqual(format, {
    kind: "msi",
    product: "courier",
    title: "courier",
    manufacturer: "Zoë Courier",
    homepage: "https://courier.example",
    version: "1.2.0",
    architecture: "x64",
    folder: "courier",
    path: "bin",
    requirements: [],
    services: [],
    downgrades: "refused",
  });
});

test("title, folder, the need of WSL and the way back are the manifest's", () => {
  const installer = { title: "The Courier", folder: "Courier Tools", wsl: "required", rollback: true } as const;
  const { format } = plan({ installer });
  assert.ok(format.kind === "msi");
  assert.deepEqual(
    [format.title, format.folder, format.downgrades, format.requirements.map(({ property }) => property)],
    ["The Courier", "Courier Tools", "allowed", ["WSLPACKAGE", "WSLPLATFORM"]],
  );
});

test("a service is registered where the manifest says what it runs on Windows", () => {
  const systemd = { unit: "u.service", user: "courier", instances: [] };
  const { format } = plan({
    product: {
      services: [
        { name: "courier", ...systemd, windows: { program: "courier", arguments: "serve" } },
        { name: "courier-gc", ...systemd, windows: { program: "courier", title: "Sweeper", description: "sweeps" } },
        { name: "courier-linux", ...systemd },
      ],
    },
  });
  assert.ok(format.kind === "msi");
  assert.deepEqual(format.services, [
    {
      name: "courier",
      title: "courier",
      description: "carries messages between rooms",
      program: "bin/courier.exe",
      arguments: "serve",
    },
    { name: "courier-gc", title: "Sweeper", description: "sweeps", program: "bin/courier.exe" },
  ]);
});

test("the hooks of Windows are installed, so that a removal has its own; those of other systems are not", () => {
  const hooks = { linux: { postInstall: "true\n" }, windows: { postInstall: "exit 0\r\n", preRemove: "exit 1\r\n" } };
  const { tree, format } = plan({ hooks });
  assert.ok(format.kind === "msi");
  assert.deepEqual(format.hooks, {
    postInstall: "share/courier/hooks/post-install.ps1",
    preRemove: "share/courier/hooks/pre-remove.ps1",
  });
  const scripts = tree.entries.filter(({ path, type }) => type === "file" && path.includes("hooks"));
  assert.deepEqual(
    scripts.map((entry) => [entry.path, entry.type === "file" && entry.sha256]),
    [
      ["share/courier/hooks/post-install.ps1", sha256("exit 0\r\n")],
      ["share/courier/hooks/pre-remove.ps1", sha256("exit 1\r\n")],
    ],
  );
  const one = plan({ hooks: { windows: { preRemove: "exit 0\r\n" } } }).format;
  assert.deepEqual(one.kind === "msi" && one.hooks, { preRemove: "share/courier/hooks/pre-remove.ps1" });
  assert.equal(Object.hasOwn(plan({ hooks: { linux: {} } }).format, "hooks"), false);
});

const link: SymlinkEntry = {
  type: "symlink",
  path: "usr/bin/c.exe",
  target: "courier.exe",
  mode: 0o777,
  owner: "root",
  group: "root",
  part: "bin",
};
type Refused = readonly [what: string, changed: Parameters<typeof plan>[0], code: string, says: string];
// biome-ignore format: a table, one row for each refusal
const refused: readonly Refused[] = [
  ["a pre-release", { product: { version: "1.2.0-rc.1" } }, "SLW-VERSION", "no pre-releases"],
  ["a number that Windows does not hold", { product: { version: "256.0.0" } }, "SLW-VERSION", "255.255.65535"],
  ["a link", { entries: [program, link] }, "SLW-FORMAT", "bin/c.exe is a link"],
  ["two files that meet without usr/", { entries: [program, inlineEntry("bin/courier.exe", "x", "bin")] }, "SLW-FORMAT", "there twice"],
  ["no program for the PATH", { entries: [inlineEntry("usr/share/courier/x", "x", "bin")] }, "SLW-FORMAT", "bin is to be on the PATH"],
  ["a folder in Program Files that is a device", { product: { id: "con" } }, "SLW-FORMAT", "is a device"],
];
for (const [what, changed, code, says] of refused) {
  test(`${what} is refused before anything is built`, () => {
    assert.throws(
      () => plan(changed),
      (error) => {
        assert.ok(error instanceof SlipwayError && error.code === code, String(error));
        assert.ok(error.message.includes(says), error.message);
        return true;
      },
    );
  });
}
