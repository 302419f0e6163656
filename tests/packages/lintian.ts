import { run } from "../../packaging/process.ts";
import { lintianRoot } from "../tools.ts";

/**
 * What lintian of a Debian release says of all packages in a folder, with everything it can say. It runs inside that
 * release's root; the folder and a fresh /tmp are mounted for it alone, so the root stays as it is.
 */
export async function lintian(release: "12" | "13", folder: string, files: readonly string[]): Promise<string> {
  const root = lintianRoot(release);
  const inside = 'mount --bind "$1" "$2/mnt" && mount -t tmpfs tmpfs "$2/tmp" && mount -t proc proc "$2/proc" && ';
  const options = ["--profile", "debian", "--allow-root", "--info", "--display-info", "--pedantic", "--show-overrides"];
  const { stdout, stderr } = await run({
    file: "unshare",
    args: [
      ...[
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "sh",
        "-c",
        `${inside}root=$2 && shift 2 && exec chroot "$root" "$@"`,
      ],
      ...["sh", folder, root, "lintian", ...options, ...files.map((file) => `/mnt/${file}`)],
    ],
    environment: { HOME: "/root", LC_ALL: "C.UTF-8", PATH: "/usr/sbin:/usr/bin:/sbin:/bin", TMPDIR: "/tmp" },
    accept: [0, 2],
    timeoutSeconds: 180,
  });
  if (stderr.trim() !== "") throw new Error(`lintian of Debian ${release}: ${stderr}`);
  return stdout;
}
