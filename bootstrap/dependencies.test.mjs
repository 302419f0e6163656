import assert from "node:assert/strict";
import { test } from "node:test";
import { isInstalled } from "./dependencies.mjs";

const locked = {
  "": { version: "0.1.0" },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/other-system": { version: "2.0.0", integrity: "sha512-o", optional: true, os: ["win32"], cpu: ["x64"] },
  "node_modules/other-libc": { version: "2.0.0", optional: true, os: ["linux"], cpu: ["x64"], libc: ["musl"] },
  "node_modules/of-other-system": { version: "2.0.0", optional: true },
};
const installed = { "node_modules/a": { version: "1.0.0", integrity: "sha512-a" } };
const always = () => true;
const machine = /** @type {const} */ ({ os: "linux", cpu: "x64", libc: "glibc" });

test("a package for another system may be absent", () =>
  assert.equal(isInstalled(locked, installed, always, machine), true));

test("another version, other bytes, a missing package or a missing folder is a difference", () => {
  const differences = [
    { "node_modules/a": { version: "1.0.1", integrity: "sha512-a" } },
    { "node_modules/a": { version: "1.0.0", integrity: "sha512-b" } },
    {},
  ];
  for (const difference of differences) assert.equal(isInstalled(locked, difference, always, machine), false);
  assert.equal(
    isInstalled(locked, installed, () => false, machine),
    false,
  );
});

test("a package that the lockfile does not name is a difference", () => {
  const more = { ...installed, "node_modules/stray": { version: "1.0.0" } };
  assert.equal(isInstalled(locked, more, always, machine), false);
});

test("a package made for this machine that npm left out is a difference", () => {
  const native = {
    version: "1.0.0",
    integrity: "sha512-n",
    optional: true,
    os: ["linux"],
    cpu: ["x64"],
    libc: ["glibc"],
  };
  const more = { ...locked, "node_modules/native": native };
  assert.equal(isInstalled(more, installed, always, machine), false);
  assert.equal(isInstalled(more, { ...installed, "node_modules/native": native }, always, machine), true);
});
