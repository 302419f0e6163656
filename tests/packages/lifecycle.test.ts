import assert from "node:assert/strict";
import { access, chmod, copyFile, mkdir, readFile, readlink, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { type HarbourVersion, harbourJobs } from "../../packaging/formats/debian/__fixtures__/harbour.ts";
import { writeArtifact } from "../../packaging/formats/formats.ts";
import { type DebianRoot, debianRoot } from "../apt/debian-root.ts";
import { everything } from "../apt/machine-files.ts";
import { tinyElf } from "../fixtures/tiny-elf.ts";

const keepEdits = ["--option", "Dpkg::Options::=--force-confold"];
const local = ["--yes", "--no-install-recommends", ...keepEdits];
const news =
  /^harbour-bin: \/etc\/harbour\/harbour\.toml is as you edited it; its default changed \(lines: 3\), see \/usr\/share\/harbour\/defaults\/etc\/harbour\/harbour\.toml$/m;
const units = [
  ...["harbour.service", "harbour.socket", "harbour-lookout.service", "harbour-berth@north.service"],
  ...["harbour-berth@west.service", "harbour-tide.service", "harbour-tide.timer", "harbour.target"],
];

for (const release of ["12", "13"] as const) {
  test(`Debian ${release}: install, upgrade, downgrade, remove, purge`, async (t) => {
    const machine = await machineWithPackages(t, release);
    const before = await everything(machine.folder);

    await t.test("dpkg installs: units enabled and started, the template only as its instances", async () => {
      const said = await machine.succeeds("dpkg", "--install", ...machine.packages("1.0.0"));
      assert.match(said, /^harbour: open for configure$/m);
      assert.doesNotMatch(said, /warning|error|differs|changed/i);
      assert.deepEqual(await machine.calls(), [`start ${started}`]);
      assert.deepEqual(await machine.wanted("multi-user.target"), {
        "harbour.service": "harbour.service",
        "harbour.target": "harbour.target",
        "harbour-berth@north.service": "harbour-berth@.service",
        "harbour-berth@south.service": "harbour-berth@.service",
      });
      assert.equal(await machine.succeeds("systemd-analyze", "--man=no", "verify", ...units), "");
      assert.equal(await machine.succeeds("dpkg", "--verify", "harbour", "harbour-bin"), "");
    });

    await t.test("an upgrade of untouched configuration is silent, and leaves nothing of the old", async () => {
      const said = await machine.succeeds("apt-get", "install", ...local, ...machine.packages("2.0.0"));
      assert.doesNotMatch(said, news);
      assert.match(await machine.read("etc/harbour/harbour.toml"), /^fog-horn/m);
      assert.deepEqual(await machine.configuration(), ["berths.toml", "harbour.toml"]);
      assert.deepEqual(await machine.calls(), [
        "restart harbour.socket harbour-tide.timer harbour.target harbour.service",
        "try-restart harbour-berth@*.service harbour-lookout.service",
        "start harbour-berth@north.service harbour-berth@south.service",
      ]);
    });

    await t.test("purge leaves nothing but the system users", async () => {
      await machine.succeeds("dpkg", "--purge", "harbour", "harbour-bin");
      assert.deepEqual(await machine.calls(), [`stop ${stopped}`]);
      assert.deepEqual(await everything(machine.folder), before);
      assert.match(await machine.read("etc/passwd"), /^_harbour-tide:/m);
    });

    await t.test("an upgrade keeps what an administrator edited, and tells of the new default once", async () => {
      await machine.succeeds("apt-get", "install", ...local, ...machine.packages("1.0.0"));
      await machine.succeeds("systemctl", "disable", "harbour-tide.timer");
      for (const name of ["harbour.toml", "berth.conf", "pilots.conf"]) await machine.edit(`etc/harbour/${name}`);
      const said = await machine.succeeds("apt-get", "install", ...local, ...machine.packages("2.0.0"));
      assert.match(said, news);
      assert.match(said, /^Obsolete conffile \/etc\/harbour\/pilots\.conf has been modified by you\.$/m);
      const kept = ["berths.toml", "berths.toml.dpkg-new", "harbour.toml", "harbour.toml.dpkg-dist"];
      assert.deepEqual(await machine.configuration(), [...kept, "pilots.conf.dpkg-bak"]);
      for (const name of ["harbour.toml", "berths.toml", "pilots.conf.dpkg-bak"])
        assert.match(await machine.read(`etc/harbour/${name}`), /edited$/m, name);
      assert.deepEqual(await machine.wanted("timers.target"), {});
      const again = await machine.succeeds("apt-get", "install", "--reinstall", ...local, ...machine.packages("2.0.0"));
      assert.doesNotMatch(again, news);
    });

    await t.test("a downgrade works, keeps the edits, and can be upgraded again", async () => {
      const back = ["install", "--allow-downgrades", ...local, ...machine.packages("1.0.0")];
      assert.match(await machine.succeeds("apt-get", ...back), news);
      assert.match(await machine.read("etc/harbour/harbour.toml"), /edited$/m);
      assert.equal(await machine.read("etc/harbour/pilots.conf"), "pilots 1\n");
      assert.match(await machine.succeeds("dpkg", "--status", "harbour"), /^Version: 1\.0\.0$/m);
      const forward = ["--force-confold", "--install", ...machine.packages("2.0.0")];
      assert.match(await machine.succeeds("dpkg", ...forward), news);
      assert.match(await machine.read("etc/harbour/berths.toml"), /edited$/m);
    });

    await t.test("a pre-remove step that is no sh cannot keep the product; purge leaves nothing", async () => {
      await machine.calls();
      const said = await machine.succeeds("apt-get", "remove", "--yes", "harbour", "harbour-bin");
      assert.match(said, /^harbour: closed for remove$/m);
      assert.match(said, /^harbour: its own pre-remove step failed; the removal goes on\.$/m);
      assert.deepEqual(await machine.calls(), [`stop ${stopped}`]);
      await machine.succeeds("dpkg", "--purge", "harbour", "harbour-bin");
      assert.deepEqual(await everything(machine.folder), before);
    });

    await t.test("the package with the programs alone tells of new defaults too", async () => {
      const [bin = ""] = machine.packages("1.0.0");
      await machine.succeeds("dpkg", "--install", bin);
      await machine.edit("etc/harbour/harbour.toml");
      const [newer = ""] = machine.packages("2.0.0");
      assert.match(await machine.succeeds("dpkg", "--force-confold", "--install", newer), news);
      await machine.succeeds("dpkg", "--purge", "harbour-bin");
      assert.deepEqual(await everything(machine.folder), before);
    });
  });
}

const started = [
  "harbour.socket harbour-tide.timer harbour.target harbour.service",
  "harbour-berth@north.service harbour-berth@south.service",
].join(" ");
const stopped = [
  "harbour.socket harbour-tide.timer harbour.target harbour-berth@*.service",
  "harbour-lookout.service harbour-tide.service harbour.service",
].join(" ");

interface Machine extends DebianRoot {
  /** Paths of both packages of a version, inside, the programs first. */
  packages(version: HarbourVersion): readonly string[];
  /** Runs a program that has to succeed; gives all that it printed. */
  succeeds(program: string, ...args: readonly string[]): Promise<string>;
  /** What systemctl was asked to start, restart or stop since the last call. */
  calls(): Promise<readonly string[]>;
  /** Units that a target wants by links in /etc, and the unit that each link names. */
  wanted(target: string): Promise<Readonly<Record<string, string>>>;
  configuration(): Promise<readonly string[]>;
  read(path: string): Promise<string>;
  edit(path: string): Promise<void>;
}

/** The system manager cannot run here; a systemctl that writes down what it is asked to change stands before the real one. */
const recorder = `#!/bin/sh
for word in "$@"; do
  case "$word" in
  start | stop | restart | try-restart) echo "$@" >>/var/log/systemctl.log; exit 0 ;;
  daemon-reload) exit 0 ;;
  is-active) exit 3 ;;
  esac
done
exec /usr/bin/systemctl.real --root=/ "$@"
`;

async function machineWithPackages(t: TestContext, release: "12" | "13"): Promise<Machine> {
  const root = await debianRoot({
    release,
    sourcesText: "",
    keyring: { path: "usr/share/keyrings/none.gpg", bytes: new Uint8Array() },
  });
  t.after(() => root.remove());
  const inside = (path: string) => join(root.folder, path);
  const files: Record<HarbourVersion, string[]> = { "1.0.0": [], "2.0.0": [] };
  await mkdir(inside("srv/packages"));
  const folder = await scratch(t);
  for (const version of ["1.0.0", "2.0.0"] as const) {
    for (const job of await harbourJobs(join(folder, version), version, tinyElf("x86_64", "harbour\n"))) {
      const file = join(folder, job.name);
      await writeArtifact(job, file);
      await copyFile(file, inside(`srv/packages/${job.name}`));
      files[version].push(`/srv/packages/${job.name}`);
    }
  }
  await rename(inside("usr/bin/systemctl"), inside("usr/bin/systemctl.real"));
  await writeFile(inside("usr/bin/systemctl"), recorder);
  await chmod(inside("usr/bin/systemctl"), 0o755);
  await mkdir(inside("run/systemd/system"), { recursive: true });
  const log = inside("var/log/systemctl.log");
  return {
    ...root,
    packages: (version) => files[version],
    succeeds: async (program, ...args) => {
      const { exitCode, stdout, stderr } = await root.run(program, ...args);
      assert.equal(exitCode, 0, `${program} ${args.join(" ")}: ${stdout}${stderr}`);
      return [stdout, stderr].filter((text) => text !== "").join("\n");
    },
    calls: async () => {
      const text = await readFile(log, "utf8").catch(() => "");
      await writeFile(log, "");
      const lines = text.split("\n").filter((line) => line !== "");
      return lines.map((line) => line.replaceAll(/--(?:quiet|system) /g, ""));
    },
    wanted: async (target) => {
      const folder = `etc/systemd/system/${target}.wants`;
      const names = (await everything(root.folder)).filter((path) => path.startsWith(`${folder}/harbour`));
      const links = names.map(async (path) => [path.slice(folder.length + 1), await readlink(inside(path))] as const);
      return Object.fromEntries(
        (await Promise.all(links)).map(([name, to]) => [name, to.slice(to.lastIndexOf("/") + 1)]),
      );
    },
    configuration: async () => {
      await access(inside("etc/harbour"));
      const paths = await everything(root.folder);
      return paths.filter((path) => path.startsWith("etc/harbour/")).map((path) => path.slice("etc/harbour/".length));
    },
    read: (path) => readFile(inside(path), "utf8"),
    edit: async (path) => writeFile(inside(path), `${await readFile(inside(path), "utf8")}# edited\n`),
  };
}
