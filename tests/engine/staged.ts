import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serveFolder } from "../../packaging/cli/serve.ts";
import { generateEd25519 } from "../../packaging/signing/ed25519.ts";
import { generateOpenPgp } from "../../packaging/signing/openpgp.ts";
import { type Checkout, makeCheckout } from "./checkout.ts";
import type { Place } from "./command.ts";
import { manifestOf } from "./product.ts";
import type { Ending } from "./scratch.ts";
import { namedStack, succeeded, type TestStack } from "./stack.ts";

/** A team's stacks over one bucket: the foundation, a candidate, and releases one behind another. */
export interface Staged {
  readonly checkout: Checkout;
  /** Where clients find the bucket, with a final slash. */
  readonly url: string;
  readonly foundation: TestStack;
  readonly candidate: TestStack;
  readonly release: TestStack;
  /** The keys of the two channels' roles, as the stacks refer to them. */
  readonly movers: Readonly<Record<"candidate" | "stable", RoleKey>>;
  /** `slipway:keys` of the candidate stack. */
  readonly candidateKeys: Readonly<Record<string, unknown>>;
  /** Sets the version that the release stack's channel is to point at, with other settings of that stack. */
  promote(version: string, more?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Writes into the governance log that what the candidate channel serves now may be released as this version. */
  decide(version: string): Promise<void>;
  /** Replaces the settings of the candidate stack beyond those that it needs. */
  build(more?: Readonly<Record<string, unknown>>): Promise<void>;
}

/** A role's key: its public half, and the file below the checkout that has the secret one. */
export interface RoleKey {
  readonly public: string;
  readonly source: { readonly file: string };
}

/** Where the stacks publish; a folder of the checkout where left out. */
export interface PublishedAt {
  /** `slipway:bucket` */
  readonly location: string;
  /** Where clients find it, with a final slash. */
  readonly url: string;
  /** The text of an object. */
  read(path: string): Promise<string>;
  /** Settings of the foundation beyond those that it needs. */
  readonly foundation: Readonly<Record<string, unknown>>;
}

export const stagedProduct = "alpha";
export const archive = "team";

/**
 * Makes the stacks with keys by reference in a checkout (`given`, or one of their own), and updates the foundation. Nothing
 * is built yet, and no stack was previewed: an update without a preview is held to none. `how` says more of where the
 * commands run.
 */
export async function stagedStacks(
  t: Ending,
  given?: Checkout,
  how: Omit<Place, "folder"> = {},
  where?: PublishedAt,
): Promise<Staged> {
  const checkout = given ?? (await makeCheckout(t));
  const at = where ?? (await servedFolder(t, checkout));
  const [foundation, candidate, release] = await Promise.all(
    ["foundation", "candidate", "release"].map((name) => namedStack(checkout, name, how)),
  );
  if (foundation === undefined || candidate === undefined || release === undefined) throw new Error("three stacks");
  const keys = await writeKeys(checkout);
  const common = { archive, bucket: at.location, url: at.url };
  const certificates = [keys.candidateArchive.public, keys.stableArchive.public];
  await foundation.configure({
    ...common,
    products: [stagedProduct],
    channels: { candidate: { public: keys.candidate.public }, stable: { public: keys.stable.public } },
    certificates,
    keys: { root: keys.root },
    ...at.foundation,
  });
  for (const stack of [foundation, candidate, release]) succeeded(await stack.pulumi("stack", "init"));
  // A folder is there; of a bucket that a foundation owns, a preview has to bear that it is not.
  succeeded(await foundation.up(...(where === undefined ? ["--skip-preview"] : [])));
  await writeFile(join(checkout.folder, "keys", "tuf-root.json"), await at.read("keys/tuf-root.json"));
  const candidateKeys = { channel: keys.candidate, openpgp: keys.candidateArchive };
  const build = (more: Readonly<Record<string, unknown>> = {}) =>
    candidate.configure({
      ...common,
      manifests: [manifestOf(stagedProduct)],
      root: "keys/tuf-root.json",
      certificates,
      keys: candidateKeys,
      ...more,
    });
  const promote = (version: string, more: Readonly<Record<string, unknown>> = {}) =>
    release.configure({
      ...common,
      version,
      products: [stagedProduct],
      root: "keys/tuf-root.json",
      signer: keys.candidateArchive.public,
      keys: { channel: keys.stable, openpgp: keys.stableArchive },
      ...more,
    });
  await build();
  const decide = (version: string) => decideUpon(checkout, at, version);
  return {
    checkout,
    url: at.url,
    foundation,
    candidate,
    release,
    movers: keys,
    candidateKeys,
    promote,
    build,
    decide,
  };
}

async function servedFolder(t: Ending, { bucket }: Checkout): Promise<PublishedAt> {
  const server = await serveFolder(bucket, 0);
  t.after(() => server.close());
  const read = (path: string) => readFile(join(bucket, path), "utf8");
  return { location: ".slipway/bucket", url: server.url, read, foundation: {} };
}

/** New entries stand above all others. */
async function decideUpon(checkout: Checkout, at: PublishedAt, version: string): Promise<void> {
  const entry = JSON.parse(await at.read(`channels/${stagedProduct}/candidate.json`));
  const fields = [
    `- record: ${entry.current.record.sha256}`,
    `- evidence: https://slipway.example/evidence/${version}`,
    "- decided: 2026-11-28 by Ana Example",
  ];
  const file = join(checkout.folder, "docs", "process", "governance-log.md");
  const text = await readFile(file, "utf8");
  const first = text.indexOf(`\n## ${stagedProduct} `);
  const above = first < 0 ? text.length : first;
  const section = `\n## ${stagedProduct} ${version}\n\n${fields.join("\n")}\n`;
  await writeFile(file, text.slice(0, above) + section + text.slice(above));
}

async function writeKeys(checkout: Checkout) {
  await mkdir(join(checkout.folder, "keys"), { recursive: true });
  const write = async (name: string, text: string, mode: number) => {
    await writeFile(join(checkout.folder, "keys", name), text, { mode });
    return `keys/${name}`;
  };
  const role = async (name: string): Promise<RoleKey> => {
    const { public: half, secret } = generateEd25519();
    return { public: half.publicKey, source: { file: await write(`${name}.key`, secret, 0o600) } };
  };
  const certificate = async (name: string) => {
    const user = { name: `Archive of the tests (${name})`, email: "archive@slipway.example" };
    const { public: half, secret } = await generateOpenPgp(user, 1_700_000_000);
    return {
      public: await write(`${name}.asc`, half.armored, 0o644),
      source: { file: await write(`${name}.pgp`, secret, 0o600) },
    };
  };
  return {
    root: await role("root"),
    candidate: await role("candidate"),
    stable: await role("stable"),
    candidateArchive: await certificate("candidate-archive"),
    stableArchive: await certificate("stable-archive"),
  };
}
