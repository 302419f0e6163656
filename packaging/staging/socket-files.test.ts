import assert from "node:assert/strict";
import { test } from "node:test";
import type { Socket } from "../manifest/product.ts";
import { product } from "./__fixtures__/product.ts";
import { sysusersText } from "./accounts.ts";
import { socketManifestText, tmpfilesText } from "./socket-files.ts";

function socket(path: string, more: Partial<Socket> = {}): Socket {
  return { path, owner: "courier", group: "courier", mode: 0o660, ...more };
}

function directories(...sockets: readonly Socket[]): readonly string[] {
  const text = tmpfilesText({ ...product, sockets }) ?? "";
  return text.split("\n").filter((line) => line.startsWith("d "));
}

const rows: readonly (readonly [name: string, sockets: readonly Socket[], lines: readonly string[]])[] = [
  ["one group enters its directory", [socket("/run/c/a")], ["d /run/c 0750 courier courier -"]],
  ["a socket for all is reached by all", [socket("/run/c/a", { mode: 0o666 })], ["d /run/c 0755 courier courier -"]],
  [
    "two groups share a directory that everybody may pass",
    [socket("/run/c/a", { group: "admins" }), socket("/run/c/b")],
    ["d /run/c 0755 courier root -"],
  ],
  [
    "two owners: the directory is root's",
    [socket("/run/c/a", { owner: "other" }), socket("/run/c/b")],
    ["d /run/c 0755 root courier -"],
  ],
  [
    "parents come first and let through to what is below",
    [socket("/run/c/admin/a", { group: "admins" }), socket("/run/c/user/a", { mode: 0o666 })],
    ["d /run/c 0755 courier root -", "d /run/c/admin 0750 courier admins -", "d /run/c/user 0755 courier courier -"],
  ],
  ["/run itself is the system's", [socket("/run/a")], []],
  ["a percent sign is no specifier", [socket("/run/c%t/a")], ["d /run/c%%t 0750 courier courier -"]],
];
for (const [name, sockets, lines] of rows) {
  test(name, () => assert.deepEqual(directories(...sockets), lines));
}

test("the socket manifest names the directory of each socket, /run too", () => {
  const text = socketManifestText({ ...product, sockets: [socket("/run/a", { mode: 0o600 })] });
  assert.deepEqual(JSON.parse(text ?? ""), {
    schema: 1,
    product: "courier",
    sockets: [
      {
        path: "/run/a",
        owner: "courier",
        group: "courier",
        mode: "0600",
        directory: { path: "/run", owner: "root", group: "root", mode: "0755" },
      },
    ],
  });
});

test("without sockets there is neither", () => {
  assert.equal(tmpfilesText({ ...product, sockets: [] }), undefined);
  assert.equal(socketManifestText({ ...product, sockets: [] }), undefined);
});

test("users are made once, groups only where no user brings them, root never", () => {
  const sockets = [socket("/run/c/a", { owner: "root", group: "admins" }), socket("/run/c/b", { group: "postman" })];
  const services = ["postman", "courier", "root"].map((user) => ({ name: user, unit: "", user, instances: [] }));
  assert.equal(
    sysusersText({ ...product, services, sockets }),
    '# System users and groups of courier.\nu courier - "courier service"\nu postman - "courier service"\ng admins -\n',
  );
  assert.equal(
    sysusersText({ ...product, services: [{ name: "a", unit: "", user: "root", instances: [] }], sockets: [] }),
    undefined,
  );
});
