import { chmod, link, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ArtifactJob, DebOptions, FormatOptions } from "../packaging/artifact.ts";
import { buildEnvironment } from "../packaging/builds/build-process.ts";
import { sha256File } from "../packaging/digest.ts";
import { lockedNode } from "../packaging/locked-node.ts";
import { fileEntry } from "../packaging/staging/file-entry.ts";
import { growTree } from "../packaging/staging/grow-tree.ts";
import { type Contender, measureInTurns, type Step } from "./measure.ts";
import { writePayload } from "./payload.ts";
import type { Installed } from "./programs.ts";
import { type Group, ours } from "./results.ts";

const control = [
  ["Package", "bench"],
  ["Version", "1.0.0"],
  ["Architecture", "amd64"],
  ["Maintainer", "Slipway <packages@slipway.example>"],
  ["Description", "one large program"],
] as const;

/** A payload on the disk, and the folders that packagers of trees want it in. */
interface Payload {
  readonly megabytes: number;
  readonly file: string;
  readonly scratch: string;
}

interface Case {
  readonly title: string;
  readonly format: FormatOptions;
  readonly peers: (payload: Payload, installed: Installed) => readonly (readonly [name: string, step: Step])[];
  /** xz takes a minute per 130 MB and core, and its memory is flat: a gigabyte would show nothing more. */
  readonly largest?: number;
}

const cases: readonly Case[] = [
  debCase("gzip", ["-Zgzip", "-z6"]),
  debCase("zstd", ["-Zzstd", "-z3"]),
  { ...debCase("xz", ["-Zxz"]), largest: 130 },
  {
    title: ".tar.zst",
    format: { kind: "tar.zst", root: "bench-1.0.0" },
    peers: ({ file, scratch }, installed) => [
      // The payload alone, without a tar around it: what the compression itself takes.
      ...when(installed, "zstd", `zstd -9 -T${availableParallelism()}`, {
        file: "zstd",
        args: ["--quiet", "--force", "-9", `-T${availableParallelism()}`, file, "-o", join(scratch, "peer")],
      }),
      ...when(installed, "bsdtar", "bsdtar --zstd (9)", {
        file: "bsdtar",
        args: [
          "--zstd",
          `--options=zstd:compression-level=9,zstd:threads=${availableParallelism()}`,
          ...["-cf", join(scratch, "peer"), "-C", join(scratch, "root"), "usr"],
        ],
      }),
    ],
  },
  archiveCase("tar.gz", ["--gzip", "--options=gzip:compression-level=6"]),
  archiveCase("zip", ["--format=zip", "--options=zip:compression-level=6"]),
];

/** Measures every format with a payload of so many megabytes. */
export async function benchFormats(
  megabytes: number,
  rounds: number,
  installed: Installed,
  scratch: string,
  chosen: (title: string) => boolean = () => true,
): Promise<readonly Group[]> {
  const payload = await layOut({ megabytes, file: join(scratch, "payload"), scratch });
  const groups: Group[] = [];
  for (const { title, format, peers, largest = megabytes } of cases) {
    if (megabytes > largest || !chosen(title)) continue;
    const job = join(scratch, "job.json");
    await writeFile(job, JSON.stringify(await jobFor(payload.file, format)));
    const program = fileURLToPath(new URL("./write-artifact.ts", import.meta.url));
    const output = join(scratch, "ours");
    const step = { file: lockedNode().file, args: [program, job, output], environment: buildEnvironment() };
    const contenders = [
      contender(ours, step, output),
      ...peers(payload, installed).map(([name, peer]) => contender(name, peer, join(scratch, "peer"))),
    ];
    console.log(`${title}, ${megabytes} MB: ${contenders.map((it) => it.program).join(", ")}`);
    groups.push({
      kind: "format",
      title,
      size: megabytes,
      rows: [...(await measureInTurns(contenders, rounds, scratch))],
    });
  }
  await rm(scratch, { recursive: true });
  return groups;
}

function contender(program: string, step: Step, output: string): Contender {
  return {
    program,
    steps: [step],
    prepare: () => rm(output, { force: true }),
    size: async () => (await stat(output)).size,
  };
}

function debCase(compression: DebOptions["compression"], dpkgOptions: readonly string[]): Case {
  return {
    title: `.deb ${compression}`,
    format: { kind: "deb", compression, control: [...control], scripts: {} },
    peers: ({ scratch }, installed) => [
      ...when(installed, "nfpm", "nfpm", {
        file: "nfpm",
        args: [
          "package",
          "--config",
          nfpmConfig(scratch, compression),
          "--packager=deb",
          "--target",
          join(scratch, "peer"),
        ],
      }),
      ...when(installed, "dpkg-deb", `dpkg-deb ${dpkgOptions.join(" ")}`, {
        file: "dpkg-deb",
        args: ["--root-owner-group", ...dpkgOptions, "--build", join(scratch, "root"), join(scratch, "peer")],
      }),
    ],
  };
}

/** An archive that bsdtar writes too, at the same level and on one core. */
function archiveCase(kind: "tar.gz" | "zip", options: readonly string[]): Case {
  return {
    title: `.${kind}`,
    format: { kind, root: "bench-1.0.0" },
    peers: ({ scratch }, installed) =>
      when(installed, "bsdtar", `bsdtar ${kind} (6)`, {
        file: "bsdtar",
        args: [...options, "-cf", join(scratch, "peer"), "-C", join(scratch, "root"), "usr"],
      }),
  };
}

function when(installed: Installed, program: string, name: string, step: Step): [string, Step][] {
  return installed(program) ? [[name, step]] : [];
}

/** The payload itself, a tree with it for packagers of folders, and nfpm's configurations. */
async function layOut(payload: Payload): Promise<Payload> {
  const { file, scratch, megabytes } = payload;
  const root = join(scratch, "root");
  await mkdir(join(root, "DEBIAN"), { recursive: true });
  await mkdir(join(root, "usr", "bin"), { recursive: true });
  await writePayload(file, megabytes * 1_000_000);
  await chmod(file, 0o755);
  await link(file, join(root, "usr", "bin", "bench"));
  await writeFile(join(root, "DEBIAN", "control"), control.map(([name, value]) => `${name}: ${value}\n`).join(""));
  for (const folder of ["DEBIAN", "usr", join("usr", "bin"), ""]) await chmod(join(root, folder), 0o755);
  for (const compression of ["gzip", "zstd", "xz"] as const) {
    const config = {
      ...{ name: "bench", arch: "amd64", version: "1.0.0", maintainer: "Slipway <packages@slipway.example>" },
      description: "one large program",
      contents: [{ src: file, dst: "/usr/bin/bench", file_info: { mode: 0o755 } }],
      deb: { compression },
    };
    // JSON is YAML.
    await writeFile(nfpmConfig(scratch, compression), JSON.stringify(config));
  }
  return payload;
}

function nfpmConfig(scratch: string, compression: string): string {
  return join(scratch, `nfpm-${compression}.yaml`);
}

async function jobFor(file: string, format: FormatOptions): Promise<ArtifactJob> {
  const input = { ...(await sha256File(file)), content: { kind: "disk", file } } as const;
  return {
    ...{ product: "bench", version: "1.0.0", target: "linux-x86_64", epoch: 1_700_000_000, name: "bench" },
    tree: growTree([fileEntry("usr/bin/bench", input, { part: "bin", mode: 0o755 })]),
    format,
  };
}
