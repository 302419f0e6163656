import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArtifactJob } from "../../packaging/artifact.ts";
import { BuildCache } from "../../packaging/builds/cache.ts";
import { expires, now, plannedMove, sampleSigner } from "../../packaging/channels/__fixtures__/bucket.ts";
import type { ChannelRecord } from "../../packaging/channels/entry.ts";
import { moveChannel } from "../../packaging/channels/move.ts";
import { snapshotNumber } from "../../packaging/channels/read.ts";
import { ensureTrust } from "../../packaging/channels/trust.ts";
import { keyringJob } from "../../packaging/formats/debian/keyring.ts";
import { lifecycle as archiveKeys } from "../../packaging/lifecycle/archive-keys.ts";
import { stateSchema } from "../../packaging/lifecycle/state-schema.ts";
import { publishPages } from "../../packaging/page/publish-pages.ts";
import type { Shelves } from "../../packaging/plan/read-named.ts";
import { offersInForce, suiteContent, suiteTexts } from "../../packaging/plan/suite-plan.ts";
import { archiveJob, built, debJob, facts, shippedText } from "../../packaging/record/__fixtures__/release.ts";
import { metadataText } from "../../packaging/record/metadata.ts";
import { publishRecord } from "../../packaging/record/publish.ts";
import { buildRecord } from "../../packaging/record/record.ts";
import { addSignature, copySumsSignature } from "../../packaging/record/signatures.ts";
import { publishSuite } from "../../packaging/repositories/apt/publish.ts";
import { keyringBytes } from "../../packaging/signing/keyring.ts";
import { generateOpenPgp, openOpenPgp } from "../../packaging/signing/openpgp.ts";
import type { Ed25519Signer, OpenPgpSigner } from "../../packaging/signing/signer.ts";
import { directoryStore } from "../../packaging/store/directory.ts";
import type { Store } from "../../packaging/store/store.ts";

export const keyring = "team-archive-keyring";

/** Who signs a bucket. */
export interface Owner {
  readonly root: Ed25519Signer;
  /** Moves every channel. */
  readonly mover: Ed25519Signer;
  readonly archive: OpenPgpSigner;
}

/** An owner whose TUF keys follow from `seed`; the OpenPGP key is a new one. */
export async function newOwner(seed: number): Promise<Owner> {
  const key = await generateOpenPgp({ name: "Archive of the tests", email: "archive@team.example" }, now - 1000);
  const archive = await openOpenPgp(key.public, { kind: "state", secret: key.secret });
  return { root: sampleSigner(seed), mover: sampleSigner(seed + 1), archive };
}

/**
 * A bucket as stacks leave it: alpha 1.1.0 with 1.0.0 kept on channel dev, alpha 1.0.0 on stable, beta 1.0.0 on dev, and the
 * archive's keyring on both, with a suite for each, and pages. The artifacts are texts; all that is said of them is real.
 */
export async function publishBucket(folder: string, owner: Owner): Promise<void> {
  const store = directoryStore(folder);
  const channels = ["dev", "stable"];
  const movers = ["alpha", "beta", keyring].flatMap((product) =>
    channels.map((channel) => ({ product, channel, key: owner.mover.public })),
  );
  const trust = await ensureTrust(store, { root: owner.root, targets: owner.root, movers, expires, now });
  await archiveKeys.create({
    ...{ schema: stateSchema, bucket: folder, archive: "team" },
    ...{ key: owner.archive.public, rootText: trust.root.text },
  });
  const keys = await publishKeyring(store, owner);
  const [first, second] = [
    await publishVersion(store, "alpha", "1.0.0", owner),
    await publishVersion(store, "alpha", "1.1.0", owner),
  ];
  const beta = await publishVersion(store, "beta", "1.0.0", owner);
  const move = async (product: string, channel: string, current: ChannelRecord, ...kept: readonly ChannelRecord[]) => {
    await moveChannel(store, await plannedMove(store, { current, kept }, owner.mover, { product, channel }));
  };
  await move(keyring, "dev", keys);
  await move(keyring, "stable", keys);
  await move("alpha", "stable", first);
  await move("alpha", "dev", first);
  await move("beta", "dev", beta);
  await move("alpha", "dev", second, first);
  for (const channel of channels) await publishChannelsSuite(store, channel, owner);
  const paged = [
    ...["alpha", "beta"].map((product) => ({ product, channel: "dev" })),
    { product: "alpha", channel: "stable" },
  ];
  const settings = { archive: "team", url: "https://packages.team.example/" };
  await withShelves(store, (at) =>
    publishPages(at, paged, settings, { signer: owner.archive, root: undefined }, () => {}),
  );
}

/** Makes the suite of a channel from what is in force. */
export function publishChannelsSuite(store: Store, suite: string, { archive }: Owner): Promise<void> {
  return withShelves(store, async (at) => {
    const names = { suite, origin: "Team", label: "Team" };
    const { snapshot, releases } = await offersInForce(at, suite);
    const content = suiteContent(names, suiteTexts(names, releases));
    await publishSuite(store, content, { snapshot, now, signer: archive, reconfirm: () => snapshotNumber(store) });
  });
}

async function withShelves(store: Store, work: (at: Shelves) => Promise<unknown>): Promise<void> {
  const cacheFolder = await mkdtemp(join(tmpdir(), "slipway-verify-"));
  try {
    await work({ store, cacheFolder, cache: new BuildCache(cacheFolder, () => {}) });
  } finally {
    await rm(cacheFolder, { recursive: true, force: true });
  }
}

function publishVersion(store: Store, product: string, version: string, owner: Owner): Promise<ChannelRecord> {
  const named = { product, version };
  const deb = { ...debJob, ...named, name: `${product}_${version}_amd64.deb` };
  const control = [
    ["Package", product],
    ["Version", version],
    ["Architecture", "amd64"],
    ["Maintainer", "Team <team@team.example>"],
    ["Description", `program ${product}`],
  ] as const;
  const archive = { ...archiveJob, ...named, name: `${product}-${version}-linux-aarch64.tar.zst` };
  return publish(store, { ...facts, ...named }, [{ job: deb, control }, { job: archive }], owner);
}

async function publishKeyring(store: Store, owner: Owner): Promise<ChannelRecord> {
  const { public: key } = owner.archive;
  const maintainer = { name: "Team", email: "team@team.example" };
  const homepage = "https://team.example/";
  const told = { archive: "team", version: 1, epoch: key.created, maintainer, homepage, origin: "Team" };
  const job = keyringJob({ ...told, keyring: await keyringBytes([key]) });
  const control = job.format.kind === "deb" ? job.format.control : [];
  return publish(store, { ...facts, product: keyring, version: "1.0.0" }, [{ job, control }], owner);
}

async function publish(
  store: Store,
  said: typeof facts,
  artifacts: readonly { readonly job: ArtifactJob; readonly control?: readonly (readonly [string, string])[] }[],
  { archive }: Owner,
): Promise<ChannelRecord> {
  const { product, version } = said;
  const base = `releases/${product}/${version}`;
  const made = artifacts.map((it) => ({ ...it, built: built(it.job), recipe: "0".repeat(64) }));
  const { text, sha256, inventories } = buildRecord(said, made);
  for (const { job } of artifacts) await store.create(`${base}/${job.name}`, Buffer.from(shippedText(job)));
  for (const [path, inventory] of inventories) await store.create(`${base}/${path}`, Buffer.from(inventory));
  const toolchain = { node: "24", zlib: "1", zstd: "1", xz: "5" };
  const told = { product, version, features: {}, toolchain, host: { os: "linux", arch: "x64" }, published: now };
  await publishRecord(store, base, { recordText: text, metadataText: metadataText(told) });
  for (const name of ["SHA256SUMS", "release.json", "manifest.json", "metadata.json"]) {
    const path = `${base}/${name}`;
    const bytes = (await store.read(path, 1 << 20)) ?? new Uint8Array();
    const signature = Buffer.from(await archive.detach(bytes, now));
    await addSignature(store, path, archive.public.fingerprint, signature, () => true);
    if (name === "SHA256SUMS") await copySumsSignature(store, base, signature, () => true);
  }
  const record = { path: `${base}/release.json`, size: Buffer.byteLength(text), sha256 };
  return { version, folder: version, record };
}
