import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { baseEnvironment, type Finished, run } from "../../packaging/process.ts";
import { machineTool } from "../tools.ts";

/**
 * What the installer answers ("MsiExec.exe and InstallMsi.exe Error Messages"), as a process of this system can say it:
 * the number modulo 256.
 */
export const fatalError = 1603 % 256;
/** What Wine says of an action that failed, where Windows says the other. */
export const functionFailed = 1627 % 256;

/** A throw-away Windows machine by Wine, in a folder. */
export interface WineMachine {
  /** `msiexec /i` without a question; gives its exit code. */
  install(msi: string): Promise<number>;
  /** The same, and what Wine traces of the programs that it starts. */
  installTraced(msi: string): Promise<Finished>;
  /** What `msiexec /fa` does, which Wine 8 takes of no file: all is installed again over itself. */
  repairTraced(msi: string): Promise<Finished>;
  /** `msiexec /x`. */
  remove(msi: string): Promise<number>;
  removeTraced(msi: string, ...properties: readonly string[]): Promise<Finished>;
  /** A program of Windows with its arguments. */
  run(...command: readonly string[]): Promise<Finished>;
  /** Where a path of drive C is on this machine. */
  path(...names: readonly string[]): string;
  /** Paths of all files and folders below one of drive C, sorted; none where it is missing. */
  everythingIn(...names: readonly string[]): Promise<readonly string[]>;
  /** The values of a key of the registry; undefined where there is no such key. */
  values(key: string): Promise<ReadonlyMap<string, string> | undefined>;
}

/** Makes a machine: some seconds, and 700 MB while the test runs. Its server, and what it runs, end with the test. */
export async function wineMachine(t: TestContext): Promise<WineMachine> {
  const wine = machineTool("wine", "wine");
  const server = machineTool("wineserver", "wine");
  const home = await mkdtemp(join(tmpdir(), "slipway-wine-"));
  const prefix = join(home, "prefix");
  const environment = {
    WINEPREFIX: prefix,
    WINEARCH: "win64",
    WINEDEBUG: "-all",
    // Neither .NET nor a browser is looked for, and no menu of the desktop changed.
    WINEDLLOVERRIDES: "mscoree,mshtml,winemenubuilder.exe=",
    HOME: home,
  };
  await mkdir(prefix);
  // Without pipes: what stays behind in Wine would hold those of whoever started it.
  const silently = (file: string, ...args: readonly string[]) =>
    once(spawn(file, args, { stdio: "ignore", env: { ...baseEnvironment(process.env), ...environment } }), "exit");
  const boot = async (...args: readonly string[]) => {
    const [code] = await silently(wine, "wineboot", ...args);
    if (code !== 0) throw new Error(`wineboot ended with exit code ${code}`);
  };
  await boot("--init");
  // In its first session a machine starts no services but its own.
  await silently(server, "--kill");
  // A server that stays, else each program waits for a new one.
  const served = silently(server, "--foreground", "--persistent");
  t.after(async () => {
    await silently(server, "--kill");
    await served;
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });
  await boot();
  const accept = Array.from({ length: 256 }, (_, code) => code);
  const start = (args: readonly string[], debug = "-all") =>
    run({ file: wine, args, environment: { ...environment, WINEDEBUG: debug }, accept, timeoutSeconds: 120 });
  const path = (...names: readonly string[]) => join(prefix, "drive_c", ...names);
  const msiexec = (how: "/i" | "/x", msi: string, debug?: string, properties: readonly string[] = []) =>
    start(["msiexec", how, msi, "/qn", ...properties], debug);
  const traced = "-all,trace+process";
  return {
    install: async (msi) => (await msiexec("/i", msi)).exitCode,
    installTraced: (msi) => msiexec("/i", msi, traced),
    repairTraced: (msi) => msiexec("/i", msi, traced, ["REINSTALL=ALL", "REINSTALLMODE=a"]),
    remove: async (msi) => (await msiexec("/x", msi)).exitCode,
    removeTraced: (msi, ...properties) => msiexec("/x", msi, traced, properties),
    run: (...command) => start(command),
    path,
    everythingIn: async (...names) => {
      const folder = path(...names);
      const exists = await access(folder).then(
        () => true,
        () => false,
      );
      return exists ? (await readdir(folder, { recursive: true })).sort() : [];
    },
    values: async (key) => {
      const { exitCode, stdout } = await start(["reg", "query", key]);
      if (exitCode !== 0) return undefined;
      const lines = stdout.matchAll(/^ {4}(\S+) {4}REG_\w+ {4}(.*?)\r?$/gm);
      return new Map([...lines].map(([, name = "", value = ""]) => [name, value]));
    },
  };
}
