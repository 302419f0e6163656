import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { lockedNode } from "../packaging/locked-node.ts";
import { run } from "../packaging/process.ts";
import { generateOpenPgp } from "../packaging/signing/openpgp.ts";
import { type Contender, measureInTurns, type Step } from "./measure.ts";
import type { Installed } from "./programs.ts";
import { publishedBucket } from "./published-bucket.ts";
import { type Group, ours } from "./results.ts";

/** A pool of packages of which `published` are in each repository, and one more for each round. */
interface Pool {
  readonly published: number;
  readonly folder: string;
  readonly scratch: string;
  /** Packages that have not been published yet, next first. */
  readonly next: (program: string) => string;
}

/** Measures what one more package costs in a repository that has so many. */
export async function benchIndex(
  published: number,
  rounds: number,
  installed: Installed,
  scratch: string,
): Promise<Group> {
  const folder = join(scratch, "all");
  await mkdir(folder, { recursive: true });
  await run(node("small-packages.ts", folder, `${published + rounds}`));
  const taken = new Map<string, number>();
  const next = (program: string): string => {
    const number = taken.get(program) ?? published;
    taken.set(program, number + 1);
    return fileName(number);
  };
  const pool: Pool = { published, folder, scratch, next };
  const contenders = [await slipway(pool)];
  if (installed("apt-ftparchive")) {
    contenders.push(
      await ftparchive(pool, "apt-ftparchive, warm cache, index alone", ["--db", join(scratch, "cache.db")]),
    );
    contenders.push(await ftparchive(pool, "apt-ftparchive, no cache, index alone", []));
  }
  if (installed("reprepro")) contenders.push(await reprepro(pool));
  if (installed("aptly")) contenders.push(await aptly(pool));
  console.log(`one more package, ${published} published: ${contenders.map((it) => it.program).join(", ")}`);
  const rows = [...(await measureInTurns(contenders, rounds, scratch))];
  await rm(scratch, { recursive: true });
  return { kind: "index", title: "one more package", size: published, rows };
}

function fileName(number: number): string {
  return `p${`${number}`.padStart(5, "0")}_1.0.0_amd64.deb`;
}

function node(program: string, ...args: readonly string[]): Step {
  const file = fileURLToPath(new URL(`./${program}`, import.meta.url));
  // As in the process of the providers, whose work this is: with what Node compiled before, and no other setting.
  const { NODE_COMPILE_CACHE = "" } = process.env;
  return { file: lockedNode().file, args: [file, ...args], environment: { NODE_COMPILE_CACHE } };
}

/** What its channels offer grows by one release, which is one package more for each of its names and architectures. */
async function slipway({ published, scratch }: Pool): Promise<Contender> {
  const bucket = await publishedBucket(join(scratch, "bucket"), published);
  const keyFile = join(scratch, "key.json");
  const key = await generateOpenPgp({ name: "Example archive", email: "archive@example.org" }, 1_700_000_000);
  await writeFile(keyFile, JSON.stringify(key));
  const step = node("write-suite.ts", bucket.folder, join(scratch, "cache"), keyFile);
  await run(step);
  return { program: ours, steps: [step], prepare: bucket.publishOneMore };
}

/** It lists a pool, whatever is in it; compressing, hashing and signing are other programs' work and not in its time. */
async function ftparchive(pool: Pool, program: string, options: readonly string[]): Promise<Contender> {
  const folder = await poolOf(pool, options.length === 0 ? "ftparchive" : "ftparchive-warm");
  const step = { file: "apt-ftparchive", args: [...options, "packages", "."], folder };
  await run(step);
  const add = async () => {
    const name = pool.next(program);
    await copyFile(join(pool.folder, name), join(folder, name));
  };
  return { program, steps: [step], prepare: add };
}

async function reprepro(pool: Pool): Promise<Contender> {
  const base = join(pool.scratch, "reprepro");
  await mkdir(join(base, "conf"), { recursive: true });
  await writeFile(join(base, "conf", "distributions"), "Codename: bench\nArchitectures: amd64\nComponents: main\n");
  const include = (files: readonly string[]) => ({
    file: "reprepro",
    args: ["-b", base, "includedeb", "bench", ...files],
  });
  await run(include(publishedFiles(pool)));
  const program = "reprepro, unsigned";
  const steps: Step[] = [];
  const prepare = async () => void steps.splice(0, 1, include([join(pool.folder, pool.next(program))]));
  return { program, steps, prepare };
}

async function aptly(pool: Pool): Promise<Contender> {
  const config = join(pool.scratch, "aptly.json");
  await writeFile(config, JSON.stringify({ rootDir: join(pool.scratch, "aptly"), architectures: ["amd64"] }));
  const step = (...args: readonly string[]) => ({ file: "aptly", args: [`-config=${config}`, ...args] });
  await run(step("repo", "create", "-distribution=bench", "bench"));
  await run(step("repo", "add", "bench", await poolOf(pool, "aptly-pool")));
  await run(step("publish", "repo", "-skip-signing", "bench"));
  const program = "aptly, unsigned";
  const steps: Step[] = [];
  const prepare = async () => {
    const add = step("repo", "add", "bench", join(pool.folder, pool.next(program)));
    steps.splice(0, 2, add, step("publish", "update", "-skip-signing", "bench"));
  };
  return { program, steps, prepare };
}

function publishedFiles({ published, folder }: Pool): readonly string[] {
  return Array.from({ length: published }, (_, number) => join(folder, fileName(number)));
}

/** A folder of its own with the packages that are published. */
async function poolOf(pool: Pool, name: string): Promise<string> {
  const folder = join(pool.scratch, name);
  await mkdir(folder);
  for (const file of publishedFiles(pool)) await copyFile(file, join(folder, basename(file)));
  return folder;
}
