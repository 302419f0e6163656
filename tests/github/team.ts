import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { parse, stringify } from "yaml";
import { generateEd25519 } from "../../packaging/signing/ed25519.ts";
import { generateOpenPgp } from "../../packaging/signing/openpgp.ts";
import { type Checkout, commitAll, git, makeCheckout } from "../engine/checkout.ts";
import { type Result, runIn } from "../engine/command.ts";
import { manifestOf, writeProduct } from "../engine/product.ts";
import { succeeded } from "../engine/stack.ts";

/** A repository whose stacks several people and jobs update: state and bucket lie outside of every clone. */
export interface Team {
  readonly checkout: Checkout;
  /** Holds the state of all stacks, and below `bucket` what is published. */
  readonly shared: string;
  /** What every job and person needs to reach the state. */
  readonly access: Readonly<Record<string, string>>;
  /** The private halves that `release.yml` gives to the update, under the names that the stack's file gives them. */
  readonly keys: Readonly<Record<string, string>>;
  /** Updates the candidate stack, as a person of the team who has its keys. */
  publish(): Promise<void>;
  /** Writes into the working tree that the release stack is to serve a version, and that people decided so. */
  decide(version: string): Promise<void>;
  /** Commits all that git does not ignore, and gives the commit. */
  commit(message: string): Promise<string>;
}

/** A team with product `alpha` 1.0.0 published by the candidate stack and promoted by the release stack, on `main`. */
export async function makeTeam(t: TestContext): Promise<Team> {
  const checkout = await makeCheckout(t);
  const { folder, scratch } = checkout;
  const shared = join(scratch, "shared");
  const bucket = join(shared, "bucket");
  await mkdir(join(shared, "state"), { recursive: true });
  await mkdir(join(folder, "keys"));
  const [root, candidate, stable] = [generateEd25519(), generateEd25519(), generateEd25519()];
  const [sums, archive] = [await certificate(folder, "candidate"), await certificate(folder, "stable")];
  const keys = { SLIPWAY_CHANNEL_KEY: stable.secret, SLIPWAY_ARCHIVE_KEY: archive.secret };
  const otherKeys = { ROOT_KEY: root.secret, CANDIDATE_KEY: candidate.secret, CANDIDATE_ARCHIVE_KEY: sums.secret };
  const access = {
    PULUMI_BACKEND_URL: `file://${join(shared, "state")}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "passphrase of the tests",
  };
  const environment = { PULUMI_HOME: join(scratch, "pulumi-home"), ...access, ...keys, ...otherKeys };
  const pulumi = async (stack: string, ...args: readonly string[]): Promise<Result> => {
    const plain = ["--stack", stack, "--non-interactive", "--color", "never"];
    const line = [join("bootstrap", "pulumi.mjs"), ...args, ...plain];
    return succeeded(await runIn({ folder, environment }, process.execPath, line));
  };
  const key = (publicHalf: string, env: string) => ({ public: publicHalf, source: { env } });
  const common = { archive: "team", bucket };
  const certificates = [sums.file, archive.file];
  const settings = {
    foundation: {
      ...common,
      products: ["alpha"],
      channels: { candidate: { public: candidate.public.publicKey }, stable: { public: stable.public.publicKey } },
      certificates,
      keys: { root: key(root.public.publicKey, "ROOT_KEY") },
    },
    candidate: {
      ...common,
      manifests: [manifestOf("alpha")],
      root: "keys/tuf-root.json",
      certificates,
      keys: {
        channel: key(candidate.public.publicKey, "CANDIDATE_KEY"),
        openpgp: key(sums.file, "CANDIDATE_ARCHIVE_KEY"),
      },
    },
    release: {
      ...common,
      products: ["alpha"],
      root: "keys/tuf-root.json",
      signer: sums.file,
      keys: {
        channel: key(stable.public.publicKey, "SLIPWAY_CHANNEL_KEY"),
        openpgp: key(archive.file, "SLIPWAY_ARCHIVE_KEY"),
      },
    },
  };
  const decide = async (version: string) => {
    await configure(folder, "release", { ...settings.release, version });
    await decided(folder, bucket, version);
  };
  const publish = async () => void (await pulumi("candidate", "up", "--yes"));

  await writeProduct(folder, { id: "alpha", version: "1.0.0" });
  for (const stack of ["foundation", "candidate", "release"] as const) {
    await pulumi(stack, "stack", "init", "--no-select");
    await configure(folder, stack, settings[stack]);
  }
  await pulumi("foundation", "up", "--yes");
  await copyFile(join(bucket, "keys", "tuf-root.json"), join(folder, "keys", "tuf-root.json"));
  await publish();
  await decide("1.0.0");
  await pulumi("release", "up", "--yes");
  const commit = async (message: string) => {
    await commitAll(folder, message);
    return (await git(folder, "rev-parse", "HEAD")).trim();
  };
  await commit("alpha 1.0.0 for everybody");
  return { checkout, shared, access, keys, publish, decide, commit };
}

async function certificate(folder: string, name: string): Promise<{ readonly file: string; readonly secret: string }> {
  const user = { name: `Archive of the tests (${name})`, email: "archive@slipway.example" };
  const { public: half, secret } = await generateOpenPgp(user, 1_700_000_000);
  const file = `keys/${name}.asc`;
  await writeFile(join(folder, file), half.armored);
  return { file, secret };
}

/** Replaces a stack's settings; the salt that `stack init` wrote belongs to the passphrase, and is committed. */
async function configure(folder: string, stack: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const file = join(folder, "stacks", `Pulumi.${stack}.yaml`);
  const before = parse(await readFile(file, "utf8")) as Readonly<Record<string, unknown>>;
  const config = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`slipway:${name}`, value]));
  await writeFile(file, stringify({ ...before, config }, { aliasDuplicateObjects: false }));
}

/** Writes an entry above all others of the governance log. */
async function decided(folder: string, bucket: string, version: string): Promise<void> {
  const record = await readFile(join(bucket, "releases", "alpha", version, "release.json"));
  const entry = `## alpha ${version}

- record: ${createHash("sha256").update(record).digest("hex")}
- evidence: https://reviews.example/alpha/${version}
- decided: 2026-11-28 by Ana Example

`;
  const log = join(folder, "docs", "process", "governance-log.md");
  const before = await readFile(log, "utf8");
  const first = before.search(/^## (?!runtime 1\.4\.1)/m);
  await writeFile(
    log,
    first === -1 ? `${before}\n${entry.trimEnd()}\n` : before.slice(0, first) + entry + before.slice(first),
  );
}
