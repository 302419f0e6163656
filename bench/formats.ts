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

/** A packager by its name, and what it runs, one after the other. */
type Peer = readonly [name: string, ...steps: Step[]];

interface Case {
  readonly title: string;
  readonly format: FormatOptions;
  readonly peers: (payload: Payload, installed: Installed) => readonly Peer[];
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
  {
    title: ".msi",
    format: {
      ...{ kind: "msi", product: "bench", title: "bench", manufacturer: "Slipway", version: "1.0.0" },
      ...{ homepage: "https://slipway.example", architecture: "x64", folder: "bench" },
      ...{ requirements: [], services: [], downgrades: "refused" },
    },
    peers: ({ scratch }, installed) =>
      when(installed, "wixl", "wixl", {
        file: "wixl",
        args: ["--arch", "x64", "--output", join(scratch, "peer"), "bench.wxs"],
        // It takes files by paths that are relative to here.
        folder: scratch,
      }),
  },
  {
    title: ".pkg",
    format: {
      ...{ kind: "pkg", identifier: "example.slipway.bench", version: "1.0.0", title: "bench" },
      ...{ minimumSystem: "12.0", scripts: {} },
    },
    // Of what is in a .pkg the archive of the files alone, within the archive that holds it.
    peers: ({ scratch }, installed) =>
      when(
        installed,
        "bsdtar",
        "bsdtar odc (6) in xar",
        {
          file: "bsdtar",
          args: [
            ...["--format=odc", "--gzip", "--options=gzip:compression-level=6"],
            ...["-cf", join(scratch, "component", "Payload"), "-C", join(scratch, "root"), "usr"],
          ],
        },
        {
          file: "bsdtar",
          args: [
            ...["--format=xar", "--options=xar:compression=none"],
            ...["-cf", join(scratch, "peer"), "-C", scratch, "component"],
          ],
        },
      ),
  },
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
      contender(ours, [step], output),
      ...peers(payload, installed).map(([name, ...steps]) => contender(name, steps, join(scratch, "peer"))),
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

function contender(program: string, steps: readonly Step[], output: string): Contender {
  return {
    program,
    steps,
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

function when(installed: Installed, program: string, name: string, ...steps: Step[]): Peer[] {
  return installed(program) ? [[name, ...steps]] : [];
}

/** The payload itself, a tree with it for packagers of folders, and the configurations of nfpm and wixl. */
async function layOut(payload: Payload): Promise<Payload> {
  const { file, scratch, megabytes } = payload;
  const root = join(scratch, "root");
  await mkdir(join(root, "DEBIAN"), { recursive: true });
  await mkdir(join(root, "usr", "bin"), { recursive: true });
  await mkdir(join(scratch, "component"));
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
  await writeFile(join(scratch, "bench.wxs"), wixSource);
  return payload;
}

/** The same product as ours as far as wixl can say it: the file in a folder of Program Files. */
const wixSource = `<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Product Id="*" UpgradeCode="b37cd5e6-7f0a-4d6a-9a3d-3f5f5a0f2d10" Name="bench" Version="1.0.0" Manufacturer="Slipway" Language="1033">
    <Package InstallerVersion="500" Compressed="yes" InstallScope="perMachine"/>
    <Media Id="1" Cabinet="product.cab" EmbedCab="yes"/>
    <Directory Id="TARGETDIR" Name="SourceDir"><Directory Id="ProgramFiles64Folder"><Directory Id="INSTALLDIR" Name="bench">
      <Component Id="bench" Guid="0c7a4a0c-52d5-4a4e-8a39-3f0a26c2a7f5"><File Id="bench" Source="payload" KeyPath="yes"/></Component>
    </Directory></Directory></Directory>
    <Feature Id="all" Level="1"><ComponentRef Id="bench"/></Feature>
  </Product>
</Wix>
`;

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
