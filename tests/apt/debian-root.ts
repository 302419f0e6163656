import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Finished, run } from "../../packaging/process.ts";
import { pristineDebian } from "../tools.ts";

export interface DebianRoot {
  readonly folder: string;
  /** Runs a program inside, as root, and waits for it; any exit code is returned. */
  run(program: string, ...args: readonly string[]): Promise<Finished>;
  remove(): Promise<void>;
}

const everyExitCode: readonly number[] = Array.from({ length: 256 }, (_, code) => code);

/**
 * A throw-away copy of a Debian root in which packages are really installed. Its only source is the one given; it
 * shares this machine's loopback. Nothing stays mounted: /proc is mounted in a mount namespace that ends with each
 * program, and with it every process the program leaves behind.
 */
export async function debianRoot(options: {
  readonly release: "12" | "13";
  /** A `.sources` file as users get it. */
  readonly sourcesText: string;
  /** What its Signed-By names: absolute path inside, and the keyring. */
  readonly keyring: { readonly path: string; readonly bytes: Uint8Array };
}): Promise<DebianRoot> {
  const pristine = pristineDebian(options.release);
  const holder = await mkdtemp(join(tmpdir(), `slipway-debian-${options.release}-`));
  // dpkg's helpers and apt's own user walk through it.
  await chmod(holder, 0o755);
  const folder = join(holder, "root");
  await run({ file: "cp", args: ["-a", "--reflink=auto", pristine, folder], timeoutSeconds: 120 });
  const apt = join(folder, "etc/apt");
  await rm(join(apt, "sources.list"), { force: true });
  await rm(join(apt, "sources.list.d"), { recursive: true, force: true });
  await mkdir(join(apt, "sources.list.d"), { mode: 0o755 });
  await writeFile(join(apt, "sources.list.d/slipway.sources"), options.sourcesText, { mode: 0o644 });
  const keyring = join(folder, options.keyring.path);
  await mkdir(dirname(keyring), { recursive: true });
  await writeFile(keyring, options.keyring.bytes, { mode: 0o644 });
  // There is no /dev/pts here, which apt would need to log what dpkg says.
  const configuration = 'Acquire::http::Proxy "DIRECT";\nAcquire::Retries "0";\nDpkg::Use-Pty "0";\n';
  await writeFile(join(apt, "apt.conf.d/99slipway"), configuration);
  const enter = ["--mount", "--pid", "--fork", "--kill-child", `--mount-proc=${join(folder, "proc")}`];
  return {
    folder,
    run: (program, ...args) =>
      run({
        file: "unshare",
        args: [...enter, "chroot", folder, program, ...args],
        environment: {
          DEBIAN_FRONTEND: "noninteractive",
          HOME: "/root",
          PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
          TMPDIR: "/tmp",
        },
        accept: everyExitCode,
        timeoutSeconds: 180,
      }),
    remove: () => rm(holder, { recursive: true, force: true }),
  };
}
