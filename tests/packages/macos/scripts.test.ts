import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, rmdir, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { ArtifactJob } from "../../../packaging/artifact.ts";
import { sha256 } from "../../../packaging/digest.ts";
import * as mac from "../../../packaging/formats/macos/__fixtures__/mac-product.ts";
import { planPkg } from "../../../packaging/formats/macos/plan-pkg.ts";
import { fileEntry } from "../../../packaging/staging/file-entry.ts";
import { growTree } from "../../../packaging/staging/grow-tree.ts";
import { inlineBytes } from "../../../packaging/staging/input-file.ts";
import { runIn } from "../../engine/command.ts";
import { scratchFolder } from "../../engine/scratch.ts";
import { machineTool, shellcheck } from "../../tools.ts";
import { fakeMac, textOf } from "./fake-mac.ts";

const job = planPkg(mac.product, mac.target, mac.tree, mac.texts, mac.installer);
const uninstallPath = "usr/local/libexec/courier-uninstall";
const quarantinePath = "usr/local/libexec/courier-release-quarantine";

/** The next version: one service less, and another default of the configuration. */
function nextVersion() {
  const level = fileEntry("etc/courier/courier.toml", inlineBytes(Buffer.from("level = 2\n")), {
    part: "bin",
    mode: 0o640,
    config: true,
  });
  const leaves = mac.tree.entries.filter(({ type, path }) => type !== "directory" && path !== level.path);
  const services = mac.product.services.filter(({ name }) => name !== "sorter");
  const product = { ...mac.product, version: "1.3.0", services };
  return planPkg(product, mac.target, growTree([...leaves, level]), mac.texts, mac.installer);
}

/** A package of one of each thing: no loop of its scripts has more than one round. */
function smallest() {
  const leaves = mac.tree.entries.filter(({ type, path }) => type !== "directory" && !path.endsWith("routes.toml"));
  const product = { ...mac.product, services: mac.product.services.slice(0, 1) };
  return planPkg(product, mac.target, growTree(leaves), mac.texts, mac.installer);
}

async function scriptsOf(job: ArtifactJob): Promise<Readonly<Record<string, string>>> {
  assert(job.format.kind === "pkg");
  return {
    ...job.format.scripts,
    uninstall: await textOf(job, uninstallPath),
    quarantine: await textOf(job, quarantinePath),
  };
}

test("shellcheck finds nothing in the scripts of a package", async (t) => {
  const folder = await scratchFolder(t);
  const names = [...Object.entries(await scriptsOf(job)), ...Object.entries(await scriptsOf(smallest()))];
  assert.equal(names.length, 8);
  for (const [name, text] of names) {
    await writeFile(join(folder, name), text);
    const found = await runIn({ folder }, shellcheck(), ["--norc", "--shell=sh", "--format=gcc", name]);
    assert.deepEqual([found.code, found.text], [0, ""]);
  }
});

test("a first installation sets up accounts, folders, configuration and services; a second one changes nothing", async (t) => {
  const { root, state, install } = await fakeMac(t);
  const first = await install(job);
  assert.deepEqual([first.code, first.text], [0, "the courier is ready\n"]);
  const known = async () => {
    const users = await readdir(join(state, "Users"));
    const value = async (path: string) => (await readFile(join(state, path), "utf8")).trim();
    return {
      users,
      groups: await readdir(join(state, "Groups")),
      courier: await value("Users/_courier/UniqueID"),
      group: await value("Users/_courier/PrimaryGroupID"),
      own: await value("Groups/_courier/PrimaryGroupID"),
      letters: await value("Groups/letters/PrimaryGroupID"),
      shell: await value("Users/_courier/UserShell"),
      loaded: await readdir(join(state, "loaded")),
      list: await plist(join(root, "Library/LaunchDaemons/dev.courier.tool.courier.plist")),
    };
  };
  const after = await known();
  assert.deepEqual(after.users, ["_courier", "_sorter", "daemon"]);
  assert.deepEqual(after.groups, ["_courier", "_sorter", "daemon", "letters", "taken"]);
  // 499 is somebody else's.
  const numbers = { letters: "498", own: "497", group: "497", courier: "496", shell: "/usr/bin/false" };
  for (const [key, number] of Object.entries(numbers)) assert.equal(after[key as keyof typeof numbers], number, key);
  assert.deepEqual(after.loaded, ["dev.courier.tool.courier", "dev.courier.tool.sorter"]);
  assert.deepEqual(after.list["Sockets"], {
    Listeners: {
      SockPathName: "/usr/local/var/run/courier/courier.sock",
      SockPathMode: 0o660,
      SockPathOwner: 496,
      SockPathGroup: 498,
    },
  });
  assert.equal(await readFile(join(root, "usr/local/etc/courier/courier.toml"), "utf8"), "level = 1\n");
  assert.equal((await stat(join(root, "usr/local/etc/courier/courier.toml"))).mode & 0o777, 0o640);
  assert.equal((await stat(join(root, "usr/local/var/run/courier"))).mode & 0o777, 0o750);
  const logs = join(root, "Library/Logs/courier");
  assert.deepEqual((await readFile(join(state, "chown"), "utf8")).trimEnd().split("\n"), [
    `-h root:wheel ${logs}`,
    `-h _courier:letters ${root}/usr/local/var/run/courier`,
    `-h _courier:_courier ${logs}/courier.log`,
    `-h _sorter:_sorter ${logs}/sorter.log`,
  ]);
  assert.deepEqual((await readdir(logs)).sort(), ["courier.log", "sorter.log"]);
  // launchd does not start a service whose log its user cannot open.
  await writeFile(join(logs, "courier.log"), "a line\n");

  const second = await install(job);
  assert.deepEqual([second.code, second.text], [0, "the courier is ready\n"]);
  assert.deepEqual(await known(), after);
  assert.equal(await readFile(join(logs, "courier.log"), "utf8"), "a line\n", "a log goes on");
});

test("an upgrade keeps configuration, tells once of a new default, and ends a service that is no more", async (t) => {
  const { root, state, install } = await fakeMac(t);
  await install(job);
  const [edited, routes] = ["courier.toml", "routes.toml"].map((name) => join(root, "usr/local/etc/courier", name)) as [
    string,
    string,
  ];
  await writeFile(edited, "level = 9\n");
  const next = nextVersion();
  const upgrade = await install(next);
  assert.deepEqual(
    [upgrade.code, upgrade.text],
    [
      0,
      "courier: /usr/local/etc/courier/courier.toml is as it was; its default changed (lines: 2), see /usr/local/etc/courier/courier.toml.default\nthe courier is ready\n",
    ],
  );
  assert.equal(await readFile(edited, "utf8"), "level = 9\n");
  assert.equal(await readFile(`${edited}.default`, "utf8"), "level = 2\n");
  assert.equal(await readFile(routes, "utf8"), "route = 1\n");
  assert.deepEqual(await readdir(join(state, "loaded")), ["dev.courier.tool.courier"]);
  assert.deepEqual(await readdir(join(root, "Library/LaunchDaemons")), ["dev.courier.tool.courier.plist"]);
  assert.deepEqual(
    (await readdir(join(root, "usr/local/etc/courier"))).sort(),
    ["courier.toml", "courier.toml.default", "routes.toml", "routes.toml.default"],
    "nothing of the scripts is left",
  );
  assert.equal((await install(next)).text, "the courier is ready\n", "it is told once");
});

test("a service that an administrator disabled stays so, and one that does not start does not fail the installation", async (t) => {
  const { root, state, install } = await fakeMac(t);
  await writeFile(
    join(state, "disabled"),
    '\t"dev.courier.tool.courier" => disabled\n\t"dev.courier.tool.sorter" => enabled\n',
  );
  assert.equal((await install(job)).code, 0);
  assert.deepEqual(await readdir(join(state, "loaded")), ["dev.courier.tool.sorter"]);
  await writeFile(join(state, "disabled"), "");
  assert(job.format.kind === "pkg");
  await install(job);
  await unlink(join(root, "Library/LaunchDaemons/dev.courier.tool.sorter.plist"));
  const { preinstall = "", postinstall = "" } = job.format.scripts;
  const mac = await fakeMac(t);
  assert.equal((await mac.sh(preinstall, ["", "/", mac.root])).code, 0, "where nothing was installed before");
  const { code, text } = await mac.sh(postinstall, ["", "/", mac.root]);
  assert.notEqual(code, 0, "without its files it fails");
  assert.match(text, /courier\.toml\.default/);
});

test("root writes through no link that somebody planted", async (t) => {
  const { root, install } = await fakeMac(t);
  const folder = join(root, "usr/local/etc/courier");
  const [victim, absent] = [join(root, "victim"), join(root, "absent")];
  await writeFile(victim, "of root\n");
  await mkdir(folder, { recursive: true });
  await symlink(victim, join(folder, "courier.toml.new"));
  const first = await install(job);
  assert.equal(first.code, 0, first.text);
  assert.equal(await readFile(victim, "utf8"), "of root\n");
  assert.ok((await lstat(join(folder, "courier.toml"))).isFile());

  await symlink(absent, join(folder, "courier.toml.default-before"));
  const upgrade = await install(nextVersion());
  assert.equal(upgrade.code, 0, upgrade.text);
  assert.equal(existsSync(absent), false);
  assert.ok(!(await readdir(folder)).includes("courier.toml.default-before"));

  const run = join(root, "usr/local/var/run/courier");
  const elsewhere = join(root, "elsewhere");
  await rmdir(run);
  await mkdir(elsewhere, { mode: 0o700 });
  await symlink(elsewhere, run);
  const refused = await install(job);
  assert.notEqual(refused.code, 0);
  assert.match(refused.text, /courier: .*\/run\/courier is a link; expected a folder/);
  assert.equal((await stat(elsewhere)).mode & 0o777, 0o700);
});

test("a log that is a link is no log", async (t) => {
  const { root, install } = await fakeMac(t);
  await mkdir(join(root, "Library/Logs/courier"), { recursive: true });
  await symlink(join(root, "absent"), join(root, "Library/Logs/courier/sorter.log"));
  const { code, text } = await install(job);
  assert.notEqual(code, 0);
  assert.match(text, /courier: .*\/sorter\.log is no file; expected a log/);
  assert.equal(existsSync(join(root, "absent")), false);
});

test("a folder that holds one of sockets is root's, and the last one alone is the service's", async (t) => {
  const { root, state, install } = await fakeMac(t);
  const sockets = mac.product.sockets.map((socket) => ({ ...socket, path: "/run/courier/in/courier.sock" }));
  const list = mac.courierList.replace("run/courier/", "run/courier/in/");
  const launchd = { ...mac.texts.launchd, courier: { shown: "packaging/courier.plist", text: list } };
  const nested = planPkg({ ...mac.product, sockets }, mac.target, mac.tree, { ...mac.texts, launchd }, mac.installer);
  assert.equal((await install(nested)).code, 0);
  const run = join(root, "usr/local/var/run/courier");
  const chowns = await readFile(join(state, "chown"), "utf8");
  assert.ok(chowns.includes(`-h root:wheel ${run}\n-h _courier:letters ${run}/in\n`), chowns);
  assert.equal((await stat(run)).mode & 0o777, 0o755);
  assert.equal((await stat(join(run, "in"))).mode & 0o777, 0o750);
});

test("an installation that dies half-way is finished by the next one", async (t) => {
  const { state, install } = await fakeMac(t);
  await writeFile(join(state, "no-UniqueID"), "");
  assert.notEqual((await install(job)).code, 0);
  assert.ok(existsSync(join(state, "Users/_courier/UserShell")), "the account is there, without its number");
  await unlink(join(state, "no-UniqueID"));
  assert.equal((await install(job)).code, 0);
  assert.ok(existsSync(join(state, "Users/_courier/UniqueID")));
});

test("no number for an account is a sentence, not a loop", async (t) => {
  const { state, install } = await fakeMac(t);
  for (let number = 401; number < 500; number += 1) {
    await mkdir(join(state, `Users/u${number}`));
    await writeFile(join(state, `Users/u${number}/UniqueID`), `${number}\n`);
  }
  const { code, text } = await install(job);
  assert.notEqual(code, 0);
  assert.match(text, /no number between 401 and 499 is left/);
});

test("the uninstall script stops and removes what the package brought, and keeps what people wrote", async (t) => {
  const { root, state, install, sh } = await fakeMac(t);
  await install(job);
  await writeFile(join(root, "usr/local/etc/courier/courier.toml"), "level = 9\n");
  await writeFile(join(root, "usr/local/bin/other"), "of another package\n");
  const uninstall = await textOf(job, uninstallPath);

  const help = await sh(uninstall, ["--help"]);
  assert.deepEqual([help.code, /Usage: sudo \/usr\/local\/libexec\/courier-uninstall/.test(help.text)], [0, true]);
  assert.equal((await sh(uninstall, ["--all"])).code, 64);
  const refused = await sh(uninstall, [], { FAKE_UID: "501" });
  assert.deepEqual([refused.code, /only root can remove it/.test(refused.text)], [1, true]);
  assert.equal((await readdir(join(state, "loaded"))).length, 2, "nothing happened so far");

  const { code, text } = await sh(uninstall, []);
  assert.deepEqual(
    [code, text],
    [
      0,
      "courier: /usr/local/etc/courier/courier.toml was edited and is kept\ncourier: removed; kept: user _courier, user _sorter, group letters\n",
    ],
  );
  assert.deepEqual(await readdir(join(state, "loaded")), []);
  assert.deepEqual(await readdir(join(state, "receipts")), []);
  const left = await readdir(root, { recursive: true, withFileTypes: true });
  assert.deepEqual(
    left
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name)
      .sort(),
    ["courier.log", "courier.toml", "other", "sorter.log"],
  );
  assert.deepEqual(
    left
      .filter((entry) => entry.isDirectory() && /courier/.test(`${entry.parentPath}/${entry.name}`.slice(root.length)))
      .map(({ name, parentPath }) => join(parentPath, name).slice(root.length + 1))
      .sort(),
    ["Library/Logs/courier", "usr/local/etc/courier"],
  );
  const again = await sh(uninstall, []);
  assert.deepEqual([again.code, /macOS has no receipt of dev\.courier\.tool/.test(again.text)], [1, true]);
});

test("the uninstall script goes on after a failure, tells it, and is there to be run again", async (t) => {
  const { root, state, install, sh } = await fakeMac(t);
  await install(job);
  const uninstall = await textOf(job, uninstallPath);
  // What rm -f cannot remove, for root neither: one before the script in the receipt, and one behind it.
  const stuck = ["usr/local/bin/courier", "usr/local/share/doc/courier/LICENSE"].map((path) => join(root, path));
  for (const path of stuck) {
    await unlink(path);
    await mkdir(path);
  }
  const { code, text } = await sh(uninstall, []);
  assert.equal(code, 1);
  assert.ok(text.includes(`courier: not removed, for the reasons above: ${stuck.join(", ")}\n`), text);
  assert.ok(text.endsWith("courier: the receipt is kept; run this again: sudo /usr/local/libexec/courier-uninstall\n"));
  assert.doesNotMatch(text, /courier: removed/);
  assert.equal((await readdir(join(state, "receipts"))).length, 2);
  const left = await readdir(root, { recursive: true, withFileTypes: true });
  assert.deepEqual(
    left.filter((entry) => !entry.isDirectory() && !entry.parentPath.endsWith("/Logs/courier")).map(({ name }) => name),
    ["courier-uninstall"],
    "all else is removed",
  );
  for (const path of stuck) await rmdir(path);
  const again = await sh(await readFile(join(root, uninstallPath), "utf8"), []);
  assert.deepEqual([again.code, /^courier: removed; kept/.test(again.text)], [0, true], again.text);
  assert.equal(existsSync(join(root, uninstallPath)), false);
});

test("the quarantine script releases a file of the digest that was verified, or a folder of the product", async (t) => {
  const { root, sh } = await fakeMac(t);
  const script = await textOf(job, quarantinePath);
  const [download, folder] = [join(root, "courier.pkg"), join(root, "courier-1.2.0")];
  await writeFile(download, "a package");
  await writeFile(`${download}.quarantine`, "");
  const marked = () => existsSync(`${download}.quarantine`);

  const help = await sh(script, ["--help"]);
  assert.equal(help.code, 0);
  for (const says of ["It is right when", "It is not right", "will damage your computer", "team@courier.example"]) {
    assert.ok(help.text.includes(says), says);
  }
  for (const args of [[], ["--all"], [download, "x", "y"]]) assert.equal((await sh(script, args)).code, 64);
  const other = await sh(script, [download, sha256("another package")]);
  assert.deepEqual(
    [other.code, marked(), /has the SHA-256 .* Nothing was changed\.\n$/.test(other.text)],
    [1, true, true],
  );
  assert.equal((await sh(script, [download, sha256("a package")])).code, 0);
  assert.equal(marked(), false);
  assert.match((await sh(script, [download, sha256("a package")])).text, /is not marked/);
  assert.equal((await sh(script, [join(root, "absent"), sha256("x")])).code, 1);

  await mkdir(join(folder, "bin"), { recursive: true });
  await writeFile(join(folder, "bin/courier.quarantine"), "");
  const foreign = await sh(script, [folder]);
  assert.deepEqual([foreign.code, /holds no bin\/courier of courier/.test(foreign.text)], [1, true]);
  await writeFile(join(folder, "bin/courier"), "program");
  assert.equal((await sh(script, [folder])).code, 0);
  assert.equal(existsSync(join(folder, "bin/courier.quarantine")), false);
});

test("the property lists are those of plistlib, too", async (t) => {
  const folder = await scratchFolder(t);
  const label = "dev.courier.tool.sorter";
  await writeFile(join(folder, "list"), await textOf(job, `Library/LaunchDaemons/${label}.plist`));
  assert.deepEqual(await plist(join(folder, "list")), {
    Label: label,
    ProgramArguments: ["/usr/local/bin/courier", "sort"],
    StartInterval: 3600,
    UserName: "_sorter",
    StandardErrorPath: "/Library/Logs/courier/sorter.log",
  });
});

/** A property list as Python reads it. */
async function plist(file: string): Promise<Readonly<Record<string, unknown>>> {
  const program = "import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], 'rb'))))";
  const { code, text, stdout } = await runIn({ folder: "/" }, machineTool("python3", "python3"), ["-c", program, file]);
  assert.equal(code, 0, text);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}
