import { chmod, cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import type { ArtifactJob } from "../../../packaging/artifact.ts";
import { scratch } from "../../../packaging/formats/__fixtures__/scratch.ts";
import { type Result, runIn } from "../../engine/command.ts";
import { machineTool } from "../../tools.ts";

/** The commands of macOS that the scripts call, as sh programs that keep what they know in the folder `$FAKE_MAC`. */
const commands: Readonly<Record<string, string>> = {
  launchctl: `case "$1" in
  print) [ -e "$FAKE_MAC/loaded/\${2#system/}" ] ;;
  print-disabled) cat "$FAKE_MAC/disabled" ;;
  bootout) rm "$FAKE_MAC/loaded/\${2#system/}" ;;
  bootstrap)
    label="$(basename "$3" .plist)"
    if [ ! -f "$3" ] || [ -e "$FAKE_MAC/loaded/$label" ]; then echo "Bootstrap failed: 5" >&2; exit 5; fi
    touch "$FAKE_MAC/loaded/$label" ;;
  *) exit 64 ;;
esac`,
  dscl: `shift
case "$1" in
  -list) for it in "$FAKE_MAC$2"/*; do [ -e "$it/$3" ] && printf '%s\\t%s\\n' "$(basename "$it")" "$(cat "$it/$3")"; done; true ;;
  -read) if [ -e "$FAKE_MAC$2/$3" ]; then echo "$3: $(cat "$FAKE_MAC$2/$3")"; else echo "No such key: $3"; fi ;;
  -create)
    mkdir -p "$FAKE_MAC$2"
    [ $# -lt 4 ] || { [ ! -e "$FAKE_MAC/no-$3" ] && printf '%s\\n' "$4" >"$FAKE_MAC$2/$3"; } ;;
  *) exit 64 ;;
esac`,
  pkgutil: `case "$*" in
  "--only-files --files "*) cat "$FAKE_MAC/receipts/$3.files" ;;
  "--only-dirs --files "*) cat "$FAKE_MAC/receipts/$3.dirs" ;;
  "--forget "*) rm "$FAKE_MAC/receipts/$2.files" "$FAKE_MAC/receipts/$2.dirs" ;;
  *) exit 64 ;;
esac`,
  plutil: `exec python3 -c '
import plistlib, sys
key, kind, value, name = sys.argv[2:]
assert kind == "-integer"
with open(name, "rb") as file: root = plistlib.load(file)
*path, last = key.split(".")
at = root
for step in path: at = at[step]
at[last] = int(value)
with open(name, "wb") as file: plistlib.dump(root, file)
' "$@"`,
  xattr: `if [ "$1" = -r ]; then find "$4" -type f -exec rm -f "{}.quarantine" ";"; exit; fi
case "$1" in
  -p) [ -e "$3.quarantine" ] ;;
  -d) rm "$3.quarantine" ;;
  *) exit 64 ;;
esac`,
  shasum: `exec sha256sum`,
  id: `echo "\${FAKE_UID:-0}"`,
  chown: `echo "$@" >>"$FAKE_MAC/chown"`,
  // That of GNU has no -h in every version.
  chmod: `if [ "$1" = -h ]; then shift; fi; if [ ! -L "$2" ]; then command -p chmod "$@"; fi`,
  sleep: `:`,
};

export interface FakeMac {
  /** What the scripts take for the volume. */
  readonly root: string;
  /** What the commands know. */
  readonly state: string;
  /** Runs a script as dash does, with its commands first on the path. */
  readonly sh: (script: string, args: readonly string[], environment?: Record<string, string>) => Promise<Result>;
  /** What Apple's installer does with a package: preinstall, files, receipt, postinstall. Gives what the scripts said. */
  readonly install: (job: ArtifactJob) => Promise<Result>;
}

/** A Mac as far as the scripts of a package see one. */
export async function fakeMac(context: TestContext): Promise<FakeMac> {
  const folder = await scratch(context);
  const [root, state, bin] = ["root", "state", "bin"].map((name) => join(folder, name)) as [string, string, string];
  for (const path of ["loaded", "Users/daemon", "Groups/daemon", "Groups/taken", "receipts"]) {
    await mkdir(join(state, path), { recursive: true });
  }
  await writeFile(join(state, "disabled"), "disabled services = {\n}\n");
  await writeFile(join(state, "Users/daemon/UniqueID"), "1\n");
  await writeFile(join(state, "Groups/daemon/PrimaryGroupID"), "1\n");
  await writeFile(join(state, "Groups/taken/PrimaryGroupID"), "499\n");
  await mkdir(root);
  await mkdir(bin);
  for (const [name, text] of Object.entries(commands)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  const dash = machineTool("dash", "dash");
  const sh: FakeMac["sh"] = async (script, args, environment = {}) => {
    const file = join(folder, "script");
    await writeFile(file, script);
    const place = {
      folder,
      environment: { FAKE_MAC: state, PATH: `${bin}:${process.env["PATH"] ?? ""}`, DSTROOT: root, ...environment },
    };
    return runIn(place, dash, [file, ...args]);
  };
  const install: FakeMac["install"] = async (job) => {
    if (job.format.kind !== "pkg") throw new Error(`${job.name} is no macOS package`);
    const { identifier, scripts } = job.format;
    const args = [`/tmp/${job.name}`, "/", `${root}/`];
    const before = await sh(scripts.preinstall ?? "", args);
    if (before.code !== 0) return before;
    await layOut(job, root);
    const paths = (directories: boolean) =>
      job.tree.entries.filter(({ type }) => (type === "directory") === directories).map(({ path }) => `${path}\n`);
    await writeFile(join(state, "receipts", `${identifier}.files`), paths(false).join(""));
    await writeFile(join(state, "receipts", `${identifier}.dirs`), paths(true).join(""));
    const after = await sh(scripts.postinstall ?? "", args);
    return { ...after, text: before.text + after.text };
  };
  return { root, state, sh, install };
}

async function layOut({ tree }: ArtifactJob, root: string): Promise<void> {
  for (const entry of tree.entries) {
    const path = join(root, entry.path);
    await mkdir(dirname(path), { recursive: true });
    if (entry.type === "directory") await mkdir(path, { recursive: true });
    else await rm(path, { force: true });
    if (entry.type === "symlink") await symlink(entry.target, path);
    if (entry.type !== "file") continue;
    if (entry.content.kind === "bytes") await writeFile(path, Buffer.from(entry.content.base64, "base64"));
    else await cp(entry.content.file, path);
    await chmod(path, entry.mode);
  }
}

/** The text of a file of a job. */
export async function textOf(job: ArtifactJob, path: string): Promise<string> {
  const entry = job.tree.entries.find((it) => it.path === path);
  if (entry?.type !== "file") throw new Error(`${job.name} has no file ${path}`);
  const { content } = entry;
  return content.kind === "bytes" ? Buffer.from(content.base64, "base64").toString() : readFile(content.file, "utf8");
}
