import type { ArtifactJob } from "../../artifact.ts";
import { expires, plannedMove, sampleSigner } from "../../channels/__fixtures__/bucket.ts";
import type { ChannelRecord } from "../../channels/entry.ts";
import { moveChannel } from "../../channels/move.ts";
import { ensureTrust } from "../../channels/trust.ts";
import { sha256 } from "../../digest.ts";
import { type BuiltRecord, buildRecord, type ReleaseFacts } from "../../record/record.ts";
import { sumsText } from "../../record/sums.ts";
import { keyringBytes } from "../../signing/keyring.ts";
import { generateOpenPgp, openOpenPgp } from "../../signing/openpgp.ts";
import { readOpenPgpPublic } from "../../signing/openpgp-public.ts";
import type { OpenPgpSigner } from "../../signing/signer.ts";
import { fileEntry, inlineEntry } from "../../staging/file-entry.ts";
import { growTree } from "../../staging/grow-tree.ts";
import { inlineBytes } from "../../staging/input-file.ts";
import type { Store } from "../../store/store.ts";
import type { TargetName } from "../../targets.ts";
import { certificate } from "./certificate.ts";

/**
 * A made-up team's bucket: `runtime` on channels stable and candidate, with a version that was withdrawn, and the product that
 * brings its keys. Records, inventories and channels are real; the files of the newest version are zeros of the right size.
 */
export const mover = sampleSigner(3);

const archive = "runtime";
export const sampleSettings = { archive, url: "https://downloads.runtime.example/" } as const;

const facts: ReleaseFacts = {
  product: "runtime",
  version: "1.3.0",
  epoch: 1_790_000_000,
  summary: "Runs client scripts in a sandbox",
  description: [
    "Runtime executes client scripts in a sandbox of its own, on servers and on machines of developers.",
    "It listens on a socket, keeps no state beside its cache, and can be watched through its metrics.",
  ],
  homepage: "https://runtime.example/",
  maintainer: { name: "Ana Ünal", email: "ana@runtime.example" },
  licence: "MIT OR Apache-2.0",
  features: { jit: false, "wasm-cache": true },
  services: ["runtime"],
};

/** A new key that signs pages: the private half of the bucket's own was thrown away. */
export async function newPageSigner(): Promise<OpenPgpSigner> {
  const user = { name: "Pages of the sample", email: "pages@runtime.example" };
  const key = await generateOpenPgp(user, Date.parse("2026-06-01T08:00:00Z") / 1000);
  return openOpenPgp(key.public, { kind: "state", secret: key.secret });
}

/** What a version has that others have not. */
interface Version {
  readonly version: string;
  readonly depends: string;
  readonly stop: number;
  readonly growth: number;
  readonly extra?: string;
}

const versions: readonly Version[] = [
  { version: "1.3.0", depends: "libc6 (>= 2.36)", stop: 30, growth: 0 },
  { version: "1.3.1", depends: "libc6 (>= 2.36)", stop: 30, growth: 18_200 },
  { version: "1.4.0", depends: "libc6 (>= 2.36), libssl3", stop: 30, growth: 212_000, extra: "usr/bin/runtime-admin" },
  { version: "1.4.1", depends: "libc6 (>= 2.36), libssl3", stop: 90, growth: 265_000, extra: "usr/bin/runtime-admin" },
  { version: "1.4.2", depends: "libc6 (>= 2.36), libssl3", stop: 60, growth: 171_000, extra: "usr/bin/runtime-admin" },
];

/** Where the channel stable went, and when. */
const moves: readonly (readonly [version: string, at: string, why: string])[] = [
  ["1.3.0", "2026-06-02T09:30:00Z", "release 1.3.0"],
  ["1.3.1", "2026-07-14T13:05:00Z", "release 1.3.0 → 1.3.1"],
  ["1.4.0", "2026-09-08T08:41:00Z", "release 1.3.1 → 1.4.0"],
  ["1.4.1", "2026-10-20T10:12:00Z", "release 1.4.0 → 1.4.1"],
  ["1.4.0", "2026-10-20T12:02:11Z", "rollback 1.4.1 → 1.4.0: sockets were left open on reload"],
  ["1.4.2", "2026-11-22T10:00:00Z", "release 1.4.0 → 1.4.2"],
];

/** Fills a bucket; `files`: also the files of the newest version. */
export async function fillSampleBucket(store: Store, { files = false } = {}): Promise<void> {
  const now = Date.parse("2026-06-01T08:00:00Z") / 1000;
  const names = [
    ["runtime", "stable"],
    ["runtime", "candidate"],
    ["runtime-archive-keyring", "stable"],
  ] as const;
  const movers = names.map(([product, channel]) => ({ product, channel, key: mover.public }));
  await ensureTrust(store, { root: sampleSigner(1), targets: sampleSigner(2), movers, expires, now });
  await store.create("keys/tuf-root.json", (await store.read("tuf/1.root.json", 1e6)) ?? Buffer.of());
  const key = await readOpenPgpPublic(certificate);
  await store.create(`keys/${key.fingerprint}.asc`, Buffer.from(certificate));
  await store.create(`keys/${archive}-archive-keyring.gpg`, Buffer.from(await keyringBytes([key])));

  const published = new Map<string, ChannelRecord>();
  for (const of of versions)
    published.set(of.version, await publish(store, released(of), files && of === versions.at(-1)));
  const named = (version: string): ChannelRecord => {
    const found = published.get(version);
    if (found === undefined) throw new Error(`no version ${version}`);
    return found;
  };
  for (const [version, at, why] of moves) await point(store, "runtime", "stable", named(version), at, why);
  await point(store, "runtime", "candidate", named("1.4.2"), "2026-11-21T16:20:00Z", "release 1.4.2");
  const keyring = await publish(store, keyringRelease(), false);
  await point(store, "runtime-archive-keyring", "stable", keyring, "2026-06-02T09:29:00Z", "release 2026.6.2");
}

async function point(
  store: Store,
  product: string,
  channel: string,
  current: ChannelRecord,
  at: string,
  why: string,
): Promise<void> {
  const more = { product, channel, why, now: Date.parse(at) / 1000 };
  await moveChannel(store, await plannedMove(store, { current, kept: [] }, mover, more));
}

async function publish(store: Store, built: BuiltRecord, files: boolean): Promise<ChannelRecord> {
  const { record, text, inventories } = built;
  const base = `releases/${record.product}/${record.version}`;
  for (const [path, inventory] of inventories) await store.create(`${base}/${path}`, Buffer.from(inventory));
  if (files) for (const { name, size } of record.artifacts) await store.create(`${base}/${name}`, Buffer.alloc(size));
  await store.create(`${base}/release.json`, Buffer.from(text));
  await store.create(`${base}/SHA256SUMS`, Buffer.from(sumsText(record)));
  const object = { path: `${base}/release.json`, size: Buffer.byteLength(text), sha256: sha256(text) };
  return { version: record.version, folder: record.version, record: object };
}

const zeros = new Map<number, string>();

function zerosDigest(size: number): string {
  const known = zeros.get(size) ?? sha256(Buffer.alloc(size));
  zeros.set(size, known);
  return known;
}

const unit = (stop: number) =>
  `[Unit]\nDescription=Runs client scripts\n\n[Service]\nExecStart=/usr/bin/runtime\nTimeoutStopSec=${stop}\n`;

function released({ version, depends, stop, growth, extra }: Version): BuiltRecord {
  const text = (words: string, times: number) => inlineBytes(Buffer.from(words.repeat(times)));
  const program = fileEntry("usr/bin/runtime", text(`runtime ${version} `, 20_000), { part: "bin", mode: 0o755 });
  const tree = growTree([
    fileEntry("etc/runtime/runtime.toml", text("port = 8410\n", 1), { part: "bin", config: true }),
    program,
    ...(extra === undefined
      ? []
      : [fileEntry(extra, text(`admin ${version.slice(0, 3)} `, 900), { part: "bin", mode: 0o755 })]),
    inlineEntry("usr/lib/systemd/system/runtime.service", unit(stop), "service"),
  ]);
  const windows = growTree([
    fileEntry("runtime.exe", text(`runtime ${version} `, 21_000), { part: "bin", mode: 0o755 }),
  ]);
  const common = { product: "runtime", version, epoch: facts.epoch } as const;
  const jobs: (readonly [ArtifactJob, size: number])[] = [];
  for (const [target, debian, size] of [
    ["linux-x86_64", "amd64", 3_204_118],
    ["linux-aarch64", "arm64", 2_990_402],
  ] as const) {
    const control = [
      ["Package", "runtime"],
      ["Version", version],
      ["Architecture", debian],
      ["Depends", depends],
      ["Description", "runs client scripts in a sandbox"],
    ] as const;
    const format = { kind: "deb", compression: "xz", control, scripts: {} } as const;
    jobs.push([{ ...common, target, name: `runtime_${version}_${debian}.deb`, tree, format }, size + growth]);
    jobs.push([archiveJob(common, target, "tar.zst", tree), size + growth + 402_118]);
  }
  jobs.push([archiveJob(common, "macos-universal", "tar.gz", tree), 7_804_550 + 2 * growth]);
  jobs.push([archiveJob(common, "windows-x86_64", "zip", windows), 3_410_020 + growth]);
  return buildRecord(
    { ...facts, version },
    jobs.map(([job, size]) => ({
      job,
      built: { size, sha256: zerosDigest(size), file: "" },
      recipe: sha256(job.name),
      ...(job.format.kind === "deb" && { control: job.format.control }),
    })),
  );
}

function archiveJob(
  common: Pick<ArtifactJob, "product" | "version" | "epoch">,
  target: TargetName,
  kind: "tar.gz" | "tar.zst" | "zip",
  tree: ArtifactJob["tree"],
): ArtifactJob {
  const root = `runtime-${common.version}-${target}`;
  return { ...common, target, name: `${root}.${kind}`, tree, format: { kind, root } };
}

function keyringRelease(): BuiltRecord {
  const version = "2026.6.2";
  const control = [
    ["Package", "runtime-archive-keyring"],
    ["Version", version],
    ["Architecture", "all"],
    ["Description", "keys of the runtime archive"],
  ] as const;
  const job: ArtifactJob = {
    product: "runtime-archive-keyring",
    version,
    epoch: facts.epoch,
    target: "any",
    name: `runtime-archive-keyring_${version}_all.deb`,
    tree: growTree([
      fileEntry("usr/share/keyrings/runtime-archive-keyring.gpg", inlineBytes(Buffer.alloc(400)), { part: "bin" }),
    ]),
    format: { kind: "deb", compression: "xz", control, scripts: {} },
  };
  const said = { ...facts, product: job.product, version, summary: "Keys of the runtime archive", services: [] };
  const built = { size: 2_204, sha256: zerosDigest(2_204), file: "" };
  return buildRecord(said, [{ job, built, recipe: sha256(job.name), control }]);
}
