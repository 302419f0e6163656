import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "../../packaging/process.ts";
import { product } from "../../packaging/staging/__fixtures__/product.ts";
import { sysusersText } from "../../packaging/staging/accounts.ts";
import { tmpfilesText } from "../../packaging/staging/socket-files.ts";

async function makeRoot(path: string, text: string | undefined): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "slipway-systemd-"));
  await mkdir(join(root, "etc"));
  await mkdir(join(root, path), { recursive: true });
  await writeFile(join(root, path, "courier.conf"), text ?? "");
  return root;
}

test("systemd-sysusers makes the service's user and the socket's group", async (context) => {
  const root = await makeRoot("usr/lib/sysusers.d", sysusersText(product));
  context.after(() => rm(root, { recursive: true }));
  const { stderr } = await run({ file: "systemd-sysusers", args: [`--root=${root}`, "courier.conf"] });
  assert.doesNotMatch(stderr, /fail|ignor|unknown/i);
  assert.match(await readFile(join(root, "etc/passwd"), "utf8"), /^courier:x:\d+:\d+:courier service:\/:\S*nologin$/m);
  const groups = await readFile(join(root, "etc/group"), "utf8");
  assert.match(groups, /^courier:x:\d+:$/m);
  assert.match(groups, /^letters:x:\d+:$/m);
});

test("systemd-tmpfiles makes the socket's directory, for its owner and group alone", async (context) => {
  const root = await makeRoot("usr/lib/tmpfiles.d", tmpfilesText(product));
  context.after(() => rm(root, { recursive: true }));
  // Inside this root the accounts are whoever runs the test: only root may give a directory away.
  const { uid, gid } = userInfo();
  await writeFile(join(root, "etc/passwd"), `courier:x:${uid}:${gid}::/:/usr/sbin/nologin\n`);
  await writeFile(join(root, "etc/group"), `letters:x:${gid}:\n`);
  const { stderr } = await run({ file: "systemd-tmpfiles", args: [`--root=${root}`, "--create", "courier.conf"] });
  assert.doesNotMatch(stderr, /fail|ignor|unknown/i);
  const directory = await stat(join(root, "run/courier"));
  assert(directory.isDirectory());
  assert.equal(directory.mode & 0o7777, 0o750);
});
