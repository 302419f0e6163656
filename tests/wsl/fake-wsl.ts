import { chmod, copyFile, mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { type Finished, run } from "../../packaging/process.ts";
import { repository } from "../engine/checkout.ts";
import { scratchFolder } from "../engine/scratch.ts";
import { machineTool } from "../tools.ts";

/** What the fake distribution is told apart by. */
export interface Fake {
  /** The shell that is /bin/sh there. */
  readonly shell: "dash" | "bash";
  /** What the kernel says of itself. */
  readonly release?: string;
  readonly wslConf?: string;
  /** Where drives are mounted, in truth. */
  readonly mounts?: string;
  /** Text of /etc/runtime/runtime.toml; none without it. */
  readonly configuration?: string | undefined;
}

export interface FakeWsl {
  /** Writes a file inside, with its folders. */
  write(path: string, text: string, mode?: number): Promise<void>;
  /** Makes a socket in /run/WSL, `age` seconds old. */
  interop(name: string, age: number): Promise<void>;
  /** Runs a program inside and waits for it; any exit code is returned. */
  run(call: Call): Promise<Finished>;
}

export interface Call {
  readonly program: string;
  readonly args?: readonly string[];
  readonly folder?: string;
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Where the Linux packages put the scripts. */
export const scripts = "/usr/share/runtime/wsl";
export const windowsRelease = "5.15.167.4-microsoft-standard-WSL2";
/** The folder of the runtime on Windows, as the fake distribution has it below its mounted drives. */
export const windowsFolder = "Program Files/runtime";

const everyExitCode: readonly number[] = Array.from({ length: 256 }, (_, code) => code);
const programs = ["bash", "cat", "dirname", "readlink", "sed", "tr", "env"];
/** A program of Windows: it says how it was started, each word ended by a zero byte, then repeats its standard input. */
const echo = `#!/bin/sh
printf '%s\\0' "$0" "$PWD" "\${WSL_INTEROP-}" "$@"
cat
exit "$(cat /exit-code)"
`;

/**
 * A root of its own that looks like a WSL distribution to what runs in it: kernel, wsl.conf, drives, wslpath and programs of
 * Windows that say how they were started. The scripts have no switch for tests: they see this root and nothing else.
 */
export async function fakeWsl(t: TestContext, fake: Fake): Promise<FakeWsl> {
  const root = join(await scratchFolder(t), "root");
  const mounts = fake.mounts ?? "/mnt";
  const write = async (path: string, text: string, mode = 0o644) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    await chmod(join(root, path), mode);
  };
  for (const folder of ["usr/bin", "usr/lib", "lib64", "dev", "run/WSL", "tmp"]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await symlink("usr/bin", join(root, "bin"));
  await symlink("usr/lib", join(root, "lib"));
  for (const name of programs) await copyFile(machineTool(name, "coreutils"), join(root, "usr/bin", name));
  await copyFile(machineTool(fake.shell, fake.shell), join(root, "usr/bin/sh"));
  for (const name of ["runtime-windows.sh", "relay.sh"]) {
    await mkdir(join(root, scripts), { recursive: true });
    await copyFile(join(repository, "packaging/runtime/assets/linux", name), join(root, scripts, name));
    await chmod(join(root, scripts, name), 0o755);
  }
  await write("usr/bin/wslpath", wslpath(mounts), 0o755);
  await write(`${mounts}/c/${windowsFolder}/bin/runtime.exe`, echo, 0o755);
  await write(`${mounts}/c/Windows/System32/WindowsPowerShell/v1.0/powershell.exe`, echo, 0o755);
  for (const name of ["relay.ps1", "escrow.ps1"]) {
    await write(`${mounts}/c/${windowsFolder}/share/runtime/powershell/${name}`, "");
  }
  await write("exit-code", "0");
  await write("dev/null", "");
  await write("proc/sys/kernel/osrelease", `${fake.release ?? windowsRelease}\n`);
  if (fake.wslConf !== undefined) await write("etc/wsl.conf", fake.wslConf);
  if (fake.configuration !== undefined) await write("etc/runtime/runtime.toml", fake.configuration);
  return {
    write,
    interop: async (name, age) => {
      const file = join(root, "run/WSL", name);
      await rm(file, { force: true });
      const server = createServer();
      t.after(() => server.close());
      await new Promise<void>((resolve) => server.listen(file, resolve));
      // A whole number of seconds before a fixed moment: only the order counts.
      await utimes(file, 1_700_000_000 - age, 1_700_000_000 - age);
    },
    run: ({ program, args = [], folder = "/tmp", input, environment = {} }) =>
      run({
        file: machineTool("unshare", "util-linux"),
        args: ["--mount", "sh", "-c", enter, "sh", root, "env", `--chdir=${folder}`, program, ...args],
        ...(input !== undefined && { input }),
        environment,
        accept: everyExitCode,
        timeoutSeconds: 60,
      }),
  };
}

/** The machine's libraries and /dev/null are mounted for the program alone. */
const enter = `root=$1 && shift &&
for folder in /usr/lib /lib64; do mount --bind -o ro "$folder" "$root$folder"; done &&
mount --bind /dev/null "$root/dev/null" &&
exec chroot "$root" "$@"`;

/** As WSL has it: drives by their letter, all else as a share; what is not there is refused. */
function wslpath(mounts: string): string {
  return `#!/bin/sh
[ "$1" = -w ] || exit 2
[ -e "$2" ] || { echo "wslpath: $2: No such file or directory" >&2; exit 1; }
case $2 in
  /proc | /proc/*) echo "wslpath: $2: Invalid argument" >&2; exit 1 ;;
  '${mounts}'/[a-z] | '${mounts}'/[a-z]/*)
    path=\${2#'${mounts}'/}
    drive=$(printf '%s' "\${path%%/*}" | tr '[:lower:]' '[:upper:]')
    path=\${path#?}
    printf '%s:%s\\n' "$drive" "$(printf '%s' "\${path:-/}" | tr / '\\\\')"
    ;;
  *) printf '%s%s\\n' '\\\\wsl.localhost\\Debian' "$(printf '%s' "$2" | tr / '\\\\')" ;;
esac
`;
}
