import assert from "node:assert/strict";
import { createWriteStream } from "node:fs";
import { access, copyFile, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type TestContext, test } from "node:test";
import { sha256, sha256File } from "../../packaging/digest.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { courier } from "../../packaging/formats/windows/installer/__fixtures__/courier.ts";
import { programBytes } from "../../packaging/formats/windows/installer/__fixtures__/program.ts";
import { writeInstaller } from "../../packaging/formats/windows/installer/installer.ts";
import type { MsiOptions } from "../../packaging/formats/windows/installer/options.ts";
import { writeSignedMsi } from "../../packaging/formats/windows/installer/sign-msi.ts";
import { wslRequirements } from "../../packaging/formats/windows/installer/wsl.ts";
import { signedAt, testSigner } from "../../packaging/signing/x509/__fixtures__/identities.ts";
import { fileEntry, inlineEntry } from "../../packaging/staging/file-entry.ts";
import { growTree } from "../../packaging/staging/grow-tree.ts";
import { inlineBytes } from "../../packaging/staging/input-file.ts";
import type { Tree, TreeEntry } from "../../packaging/staging/tree.ts";
import { exitingProgram } from "../windows/exiting-program.ts";
import { fatalError, functionFailed, type WineMachine, wineMachine } from "../windows/wine-machine.ts";

const programFiles = ["Program Files", "Courier"] as const;
const configuration = "etc/courier/courier.toml";
const environmentKey = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment";
const uninstallKey = "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall";

/** A version of the product: a program of several blocks, on the disk, whose version is the product's, and small files. */
async function treeOf(folder: string, version: string, more: readonly TreeEntry[] = []): Promise<Tree> {
  const file = join(folder, `courier-${version}.exe`);
  const numbers = Array.from({ length: 30_000 }, (_, at) => `${at * at}`).join(version);
  await writeFile(file, Buffer.concat([programBytes(`${version}.0`, 1033), Buffer.from(numbers)]));
  const program = { ...(await sha256File(file)), content: { kind: "disk", file } } as const;
  return growTree([
    fileEntry("bin/courier.exe", program, { part: "bin", mode: 0o755 }),
    inlineEntry("bin/courier-bridge.ps1", `Write-Output ${version}\n`, "bin"),
    fileEntry(configuration, inlineBytes(Buffer.from(`# ${version}\nlevel = 1\n`)), { part: "bin", config: true }),
    inlineEntry("share/doc/courier/größe.txt", "large\n", "bin"),
    inlineEntry("share/empty", "", "bin"),
    ...more,
  ]);
}

interface Written {
  readonly msi: string;
  readonly tree: Tree;
}

async function write(
  folder: string,
  name: string,
  options: Partial<MsiOptions>,
  more: readonly TreeEntry[] = [],
): Promise<Written> {
  const format = { ...courier, ...options };
  const tree = await treeOf(folder, format.version, more);
  const msi = join(folder, `${name}.msi`);
  const context = { spool: `${msi}.spool`, packed: () => undefined };
  await pipeline(writeInstaller({ tree, epoch: 1_700_000_000, format }, context), createWriteStream(msi));
  return { msi, tree };
}

async function sign(unsigned: string): Promise<string> {
  const file = await open(unsigned);
  try {
    const { size } = await file.stat();
    const signing = { signer: await testSigner("authenticode"), signedAt, description: "Courier" };
    await pipeline(
      writeSignedMsi(file, size, signing, () => undefined),
      createWriteStream(`${unsigned}.signed.msi`),
    );
  } finally {
    await file.close();
  }
  return `${unsigned}.signed.msi`;
}

const filesOf = ({ entries }: Tree) => entries.flatMap((entry) => (entry.type === "file" ? [entry] : []));

/** Every file of the tree is there byte for byte, and nothing else is. */
async function holds(machine: WineMachine, tree: Tree, except: readonly string[] = []): Promise<void> {
  const wanted = filesOf(tree).filter(({ path }) => !except.includes(path));
  for (const { path, sha256: digest } of wanted)
    assert.equal(sha256(await readFile(machine.path(...programFiles, path))), digest, path);
  assert.deepEqual(await machine.everythingIn(...programFiles), tree.entries.map(({ path }) => path).toSorted());
}

/** Folders of the machine's PATH. Wine leaves an empty one where it removes one. */
async function pathFolders(machine: WineMachine): Promise<readonly string[]> {
  const path = (await machine.values(environmentKey))?.get("PATH") ?? "";
  return path.split(";").filter((folder) => folder !== "");
}

/** What the list of installed programs has of ours. */
async function listed(machine: WineMachine): Promise<readonly ReadonlyMap<string, string>[]> {
  const { stdout } = await machine.run("reg", "query", uninstallKey);
  const found: ReadonlyMap<string, string>[] = [];
  for (const [key] of stdout.matchAll(/^HKEY_.*\{[0-9A-F-]+\}/gm)) {
    const values = await machine.values(key);
    if (values?.get("URLInfoAbout") === courier.homepage) found.push(values);
  }
  return found;
}

test("under Wine", { timeout: 300_000 }, async (t) => {
  const folder = await scratch(t);
  const machine = await wineMachine(t);
  const pathBefore = await pathFolders(machine);
  const ours = "C:\\Program Files\\Courier\\bin\\";

  await t.test("an installation has the payload byte for byte, the PATH and the entry in the list", async () => {
    const { msi, tree } = await write(folder, "one", { version: "1.2.0" });
    assert.equal(await machine.install(msi), 0);
    await holds(machine, tree);
    assert.deepEqual(await pathFolders(machine), [...pathBefore, ours]);
    const entries = await listed(machine);
    assert.equal(entries.length, 1);
    const [entry] = entries;
    assert.equal(entry?.get("DisplayName"), "Courier");
    assert.equal(entry?.get("DisplayVersion"), "1.2.0");
    assert.equal(entry?.get("NoModify"), "0x1");
    assert.match(entry?.get("UninstallString") ?? "", /^MsiExec\.exe \/X\{[0-9A-F-]{36}\}$/);
  });

  await t.test("an upgrade, signed, replaces the version before and keeps the edited configuration", async () => {
    await writeFile(machine.path(...programFiles, configuration), "level = 7\n");
    const { msi, tree } = await write(folder, "two", { version: "1.10.0" });
    assert.equal(await machine.install(await sign(msi)), 0);
    await holds(machine, tree, [configuration]);
    assert.equal(await readFile(machine.path(...programFiles, configuration), "utf8"), "level = 7\n");
    assert.deepEqual(await pathFolders(machine), [...pathBefore, ours]);
    assert.deepEqual(
      (await listed(machine)).map((entry) => entry.get("DisplayVersion")),
      ["1.10.0"],
    );
  });

  await t.test(
    "an older version is refused and changes nothing; as a rollback build it replaces the newer one",
    async () => {
      const before = await machine.everythingIn(...programFiles);
      const { msi } = await write(folder, "older", { version: "1.9.0" });
      assert.equal(await machine.install(msi), fatalError);
      assert.deepEqual(await machine.everythingIn(...programFiles), before);
      assert.equal((await listed(machine))[0]?.get("DisplayVersion"), "1.10.0");

      const back = await write(folder, "back", { version: "1.9.0", downgrades: "allowed" });
      assert.equal(await machine.install(back.msi), 0);
      await holds(machine, back.tree, [configuration]);
      assert.equal(await readFile(machine.path(...programFiles, configuration), "utf8"), "level = 7\n");
      assert.deepEqual(
        (await listed(machine)).map((entry) => entry.get("DisplayVersion")),
        ["1.9.0"],
      );
    },
  );

  await t.test("a removal leaves the configuration, and nothing else", async () => {
    assert.equal(await machine.remove(join(folder, "back.msi")), 0);
    assert.deepEqual(await machine.everythingIn(...programFiles), ["etc", "etc/courier", configuration]);
    assert.deepEqual(await pathFolders(machine), pathBefore);
    assert.deepEqual(await listed(machine), []);
  });

  await t.test("without a file to be kept, a removal leaves no folder", async () => {
    const { msi } = await write(folder, "bare", { product: "bare", title: "Bare", folder: "Bare" });
    assert.equal(await machine.install(msi), 0);
    await machine.run("cmd", "/c", "del", "C:\\Program Files\\Bare\\etc\\courier\\courier.toml");
    assert.equal(await machine.remove(msi), 0);
    assert.equal((await machine.everythingIn("Program Files")).includes("Bare"), false);
  });

  await t.test(
    "WSL that is missing refuses the installation; with what it leaves in the registry it goes on",
    async () => {
      const { msi } = await write(folder, "wsl", { product: "wsl", folder: "Wsl", requirements: wslRequirements });
      for (const { key, name } of wslRequirements) {
        assert.equal(await machine.install(msi), fatalError);
        assert.deepEqual(await machine.everythingIn("Program Files", "Wsl"), []);
        await machine.run("reg", "add", `HKLM\\${key}`, "/v", name, "/d", "2.4.13.0", "/f", "/reg:64");
      }
      assert.equal(await machine.install(msi), 0);
      for (const { key } of wslRequirements) await machine.run("reg", "delete", `HKLM\\${key}`, "/f", "/reg:64");
      assert.equal(await machine.remove(msi), 0);
    },
  );

  await t.test("a service is installed and started, stopped for its removal, and deleted", async () => {
    await services(t, folder, machine);
  });

  await t.test("hooks run by PowerShell", async () => {
    await hooks(folder, machine);
  });
});

/** Wine's print spooler is a service under whatever name it is started. */
async function services(t: TestContext, folder: string, machine: WineMachine): Promise<void> {
  const spooler = join(await scratch(t), "spooler.exe");
  await copyFile(machine.path("windows", "system32", "spoolsv.exe"), spooler);
  const input = { ...(await sha256File(spooler)), content: { kind: "disk", file: spooler } } as const;
  const service = {
    ...{ name: "courier-d", title: "Courier [daemon]", description: "Carries {messages}", arguments: "--at [here]" },
    program: "bin/courier-d.exe",
  };
  const options = { product: "served", folder: "Served", services: [service] };
  const serviceKey = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\courier-d";

  const good = await write(folder, "served", options, [
    fileEntry("bin/courier-d.exe", input, { part: "bin", mode: 0o755 }),
  ]);
  assert.equal(await machine.install(good.msi), 0);
  const values = await machine.values(serviceKey);
  // Windows puts a path with blanks in quotation marks; Wine does not.
  assert.equal(values?.get("ImagePath"), "C:\\Program Files\\Served\\bin\\courier-d.exe --at [here]");
  assert.equal(values?.get("DisplayName"), "Courier [daemon]");
  assert.equal(values?.get("Start"), "0x2");
  assert.match(values?.get("ObjectName") ?? "", /LocalService$/);
  const state = async () => (await machine.run("sc", "query", "courier-d")).stdout;
  assert.match(await state(), /STATE\s*:\s*4\s+RUNNING/);
  assert.equal((await machine.run("net", "stop", "courier-d")).exitCode, 0);
  assert.match(await state(), /STATE\s*:\s*1\s+STOPPED/);
  assert.equal((await machine.repairTraced(good.msi)).exitCode, 0);
  assert.match(await state(), /STATE\s*:\s*4\s+RUNNING/, "a repair leaves it running");
  assert.equal(await machine.remove(good.msi), 0);
  assert.equal(await machine.values(serviceKey), undefined);

  // The same with a program that is no service: that it does not start is not the installation's failure.
  const bad = await write(folder, "unserved", options, [
    fileEntry("bin/courier-d.exe", inlineBytes(exitingProgram(3)), { part: "bin", mode: 0o755 }),
  ]);
  assert.equal(await machine.install(bad.msi), 0);
  assert.match(await state(), /STATE\s*:\s*1\s+STOPPED/);
  assert.equal(await machine.remove(bad.msi), 0);
  assert.equal(await machine.values(serviceKey), undefined);
}

async function hooks(folder: string, machine: WineMachine): Promise<void> {
  const scripts = [
    inlineEntry("lib/set [up].ps1", "exit 0\n", "bin"),
    inlineEntry("lib/before-removal.ps1", "exit 0\n", "bin"),
  ];
  const options = { product: "hooked", folder: "Hooked" };
  const paths = { postInstall: "lib/set [up].ps1", preRemove: "lib/before-removal.ps1" };
  const { msi } = await write(folder, "hooked", { ...options, hooks: paths }, scripts);
  const powershell = machine.path("windows", "system32", "WindowsPowerShell", "v1.0", "powershell.exe");
  await access(powershell);

  await writeFile(powershell, exitingProgram(0));
  assert.deepEqual(scriptsRun(await machine.installTraced(msi)), ["lib\\set [up].ps1"]);
  // What Windows, and not Wine 8, tells the version before when an upgrade removes it.
  assert.deepEqual(scriptsRun(await machine.removeTraced(msi, "UPGRADINGPRODUCTCODE={0}")), []);
  assert.equal(await machine.install(msi), 0);
  assert.deepEqual(scriptsRun(await machine.removeTraced(msi)), ["lib\\before-removal.ps1"]);
  assert.deepEqual(await machine.everythingIn("Program Files", "Hooked", "lib"), []);

  // A script after the installation that fails takes it back; one before the removal does not keep the product.
  await writeFile(powershell, exitingProgram(3));
  assert.equal(await machine.install(msi), functionFailed);
  assert.deepEqual(await machine.everythingIn("Program Files", "Hooked", "lib"), []);
  await writeFile(powershell, exitingProgram(0));
  assert.equal(await machine.install(msi), 0);
  await writeFile(powershell, exitingProgram(3));
  // A repair puts back what is missing, and runs no script that could take that back.
  const script = machine.path("Program Files", "Hooked", "lib", "before-removal.ps1");
  await rm(script);
  assert.deepEqual(scriptsRun(await machine.repairTraced(msi)), []);
  assert.equal(await readFile(script, "utf8"), "exit 0\n");
  assert.equal(await machine.remove(msi), 0);
  assert.deepEqual(await machine.everythingIn("Program Files", "Hooked", "lib"), []);
}

/** Which scripts below the product's folder were started, each by the whole command line that it has to be. */
function scriptsRun({ exitCode, stderr }: { readonly exitCode: number; readonly stderr: string }): readonly string[] {
  assert.equal(exitCode, 0, stderr);
  const commands = [...stderr.matchAll(/CreateProcessInternalW app .*? cmdline L"(.*?)"$/gm)].map(([, line = ""]) =>
    line.replaceAll('\\"', '"').replaceAll("\\\\", "\\"),
  );
  const shape =
    /^"C:\\windows\\system32\\WindowsPowerShell\\v1\.0\\powershell\.exe" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "C:\\Program Files\\Hooked\\(.*)"$/i;
  return commands.flatMap((line) => shape.exec(line)?.[1] ?? []);
}
