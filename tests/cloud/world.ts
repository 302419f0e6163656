import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folderVariable = "SLIPWAY_STAND_IN_WORLD";
const s3Variable = "SLIPWAY_STAND_IN_S3";

/** A resource that a stand-in made, as it keeps it. */
export interface MadeResource {
  readonly type: string;
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Stand-ins of the providers of AWS and GitHub for the commands of a test, and what they made. */
export interface World {
  /** What the commands need to find them. */
  readonly environment: Readonly<Record<string, string>>;
  /** All that there is now, sorted by type and id. */
  made(): Promise<readonly MadeResource[]>;
}

/**
 * Puts the stand-ins as executables into a folder. With the address of an S3 server on loopback, buckets are made there
 * too.
 */
export async function standInWorld(scratch: string, s3?: string): Promise<World> {
  const [programs, folder] = [join(scratch, "stand-ins"), join(scratch, "world")];
  for (const made of [programs, folder]) await mkdir(made, { recursive: true });
  for (const provider of ["aws", "github"]) await writeProgram(programs, provider);
  return {
    environment: {
      PATH: [programs, process.env["PATH"] ?? ""].join(delimiter),
      [folderVariable]: folder,
      ...(s3 !== undefined && { [s3Variable]: s3 }),
    },
    made: async () => {
      const files = (await readdir(folder)).sort();
      return Promise.all(files.map(async (file) => JSON.parse(await readFile(join(folder, file), "utf8"))));
    },
  };
}

/** The folder that a stand-in was given. */
export function worldFolder(): string {
  const folder = process.env[folderVariable];
  if (folder === undefined) throw new Error(`${folderVariable} is not set: stand-ins run in tests alone`);
  return folder;
}

/** The S3 server that a stand-in was given. */
export function s3Server(): string | undefined {
  return process.env[s3Variable];
}

/** The engine looks for `pulumi-resource-NAME` on the search path; on Windows it starts a batch file of that name. */
async function writeProgram(folder: string, provider: string): Promise<void> {
  const module = new URL(`./${provider}-stand-in.ts`, import.meta.url);
  const program = join(folder, `pulumi-resource-${provider}`);
  if (process.platform === "win32") {
    await writeFile(`${program}.cmd`, `@node "${fileURLToPath(module)}" %*\r\n`);
    return;
  }
  await writeFile(program, `#!/usr/bin/env node\nimport(${JSON.stringify(pathToFileURL(fileURLToPath(module)))});\n`);
  await chmod(program, 0o755);
}
