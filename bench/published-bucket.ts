import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { ArtifactJob } from "../packaging/artifact.ts";
import type { ChannelRecord } from "../packaging/channels/entry.ts";
import { moveChannel } from "../packaging/channels/move.ts";
import { planMove, readChannel } from "../packaging/channels/read.ts";
import { ensureTrust } from "../packaging/channels/trust.ts";
import { writeAr } from "../packaging/containers/ar.ts";
import { collect, contentOf } from "../packaging/containers/member-content.ts";
import { writeTar } from "../packaging/containers/tar.ts";
import { sha256 } from "../packaging/digest.ts";
import { controlFields, controlText } from "../packaging/formats/debian/control.ts";
import { releaseFolder } from "../packaging/record/folder.ts";
import { buildRecord } from "../packaging/record/record.ts";
import { ed25519Public } from "../packaging/signing/ed25519.ts";
import type { Ed25519Signer } from "../packaging/signing/signer.ts";
import { inlineBytes } from "../packaging/staging/input-file.ts";
import type { TreeEntry } from "../packaging/staging/tree.ts";
import { directoryStore } from "../packaging/store/directory.ts";
import type { Store } from "../packaging/store/store.ts";

/** A channel keeps at most so many versions beside its current one. */
export const versionsPerProduct = 25;
/** Two packages for each of two architectures, as a product of Slipway has. */
export const packagesPerRelease = 4;

const epoch = 1_795_341_600;
const expires = "2036-11-22T10:00:00Z";
const channel = "dev";

export interface PublishedBucket {
  readonly folder: string;
  readonly store: Store;
  /** Packages that channel `dev` offers in all. */
  readonly packages: number;
  /** Publishes one more version of the first product and points its channel at it: the suite is then one release behind. */
  publishOneMore(): Promise<void>;
}

/**
 * A directory bucket with `packages` published packages on channel `dev`, with records, inventories and real (tiny) .deb
 * files that apt-ftparchive reads, moved by TUF roles as the program moves them. It is written without the builds and
 * the stack's updates that would have led there, and without waiting for the disk: ten thousand packages take a minute.
 */
export async function publishedBucket(folder: string, packages: number): Promise<PublishedBucket> {
  const store = directoryStore(folder);
  const signer = fixedSigner();
  const releases = Math.ceil(packages / packagesPerRelease);
  const products = Array.from({ length: Math.ceil(releases / versionsPerProduct) }, (_, at) => ({
    product: `tool-${String(at).padStart(4, "0")}`,
    versions: Math.min(versionsPerProduct, releases - at * versionsPerProduct),
  }));
  const movers = products.map(({ product }) => ({ product, channel, key: signer.public }));
  await ensureTrust(store, { root: signer, targets: signer, movers, moverSigner: signer, expires, now: epoch });
  const named = new Map<string, readonly ChannelRecord[]>();
  for (const { product, versions } of products) {
    const records: ChannelRecord[] = [];
    for (let at = 0; at < versions; at++) records.unshift(await writeRelease(folder, product, `1.${at}.0`));
    named.set(product, records);
    await point(store, product, records, signer);
  }
  const [first] = products;
  return {
    folder,
    store,
    packages: releases * packagesPerRelease,
    publishOneMore: async () => {
      if (first === undefined) return;
      const before = named.get(first.product) ?? [];
      const records = [await writeRelease(folder, first.product, `1.${before.length}.0`), ...before];
      named.set(first.product, records);
      await point(store, first.product, records, signer);
    },
  };
}

async function point(
  store: Store,
  product: string,
  records: readonly ChannelRecord[],
  signer: Ed25519Signer,
): Promise<void> {
  const [current, ...kept] = records;
  if (current === undefined) return;
  const content = { current, kept };
  const plan = planMove(await readChannel(store, product, channel), content, signer.public.keyid);
  const said = { by: "bench", why: `release ${current.version}`, now: epoch, expires, signer };
  await moveChannel(store, { product, channel, ...content, ...plan, ...said });
}

async function writeRelease(bucket: string, product: string, version: string): Promise<ChannelRecord> {
  const jobs = [
    ["linux-x86_64", "amd64"],
    ["linux-aarch64", "arm64"],
  ] as const;
  const planned = jobs.flatMap(([target, architecture]) =>
    [`${product}-bin`, product].map((name) => packageJob(product, version, name, target, architecture)),
  );
  const base = releaseFolder(product, version);
  const artifacts = await Promise.all(
    planned.map(async (job) => {
      const bytes = await packageBytes(job);
      const file = await put(bucket, `${base}/${job.name}`, bytes);
      const built = { size: bytes.length, sha256: sha256(bytes), file };
      return { job, built, recipe: sha256(job.name), control: controlFields(job) };
    }),
  );
  const facts = {
    ...{ product, version, epoch, summary: `example program ${product}`, description: ["It prints its name."] },
    ...{ homepage: "https://example.org/", licence: "0BSD", features: {}, services: [product] },
    maintainer: { name: "Example", email: "packages@example.org" },
  };
  const { text, sha256: digest, inventories } = buildRecord(facts, artifacts);
  for (const [path, inventory] of inventories) await put(bucket, `${base}/${path}`, inventory);
  const path = `${base}/release.json`;
  await put(bucket, path, text);
  return { version, folder: version, record: { path, size: Buffer.byteLength(text), sha256: digest } };
}

function packageJob(
  product: string,
  version: string,
  name: string,
  target: "linux-x86_64" | "linux-aarch64",
  architecture: string,
): ArtifactJob {
  return {
    ...{ product, version, target, epoch, name: `${name}_${version}_${architecture}.deb` },
    tree: { entries: entriesOf(name, version) },
    format: {
      kind: "deb",
      compression: "gzip",
      scripts: {},
      control: [
        ["Package", name],
        ...(name === product ? [] : [["Source", product] as const]),
        ["Version", version],
        ["Architecture", architecture],
        ["Maintainer", "Example <packages@example.org>"],
        ["Depends", name === product ? `${product}-bin (= ${version})` : "libc6 (>= 2.34)"],
        ["Section", "utils"],
        ["Priority", "optional"],
        ["Multi-Arch", "foreign"],
        ["Homepage", "https://example.org/"],
        ["Description", `example program ${name}\n It prints its name and its version.\n .\n And no more than that.`],
      ],
    },
  };
}

/** A dozen files, of which the program differs from version to version. */
function entriesOf(name: string, version: string): readonly TreeEntry[] {
  const folders = ["etc", `etc/${name}`, "usr", "usr/bin", "usr/share", `usr/share/${name}`, "usr/share/man"];
  const files = [
    ...[`etc/${name}/${name}.toml`, `usr/bin/${name}`, `usr/share/man/${name}.1.gz`],
    ...Array.from({ length: 8 }, (_, at) => `usr/share/${name}/policy-${at}.json`),
  ];
  const common = { owner: "root", group: "root", part: "bin" } as const;
  return [
    ...folders.map((path) => ({ path, type: "directory", mode: 0o755, ...common }) as const),
    ...files.map((path) => {
      const text = path.startsWith("usr/bin/") ? `#!/bin/sh\necho ${name} ${version}\n` : `${path}\n`;
      const mode = path.startsWith("usr/bin/") ? 0o755 : 0o644;
      const config = path.startsWith("etc/");
      return { path, type: "file", mode, ...common, ...inlineBytes(Buffer.from(text)), config } as const;
    }),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const emptyData = gzipSync(Buffer.alloc(1024));

/** A package with its true control file and no data: as much as an index is made of. */
async function packageBytes(job: ArtifactJob): Promise<Buffer> {
  const control = Buffer.from(controlText(job));
  const file = { path: "./control", mode: 0o644, owner: "root", group: "root", size: control.length } as const;
  const tar = await collect(writeTar([{ ...file, type: "file", content: contentOf(control) }], epoch));
  const members = [
    ["debian-binary", Buffer.from("2.0\n")],
    ["control.tar.gz", gzipSync(tar, { level: 1 })],
    ["data.tar.gz", emptyData],
  ] as const;
  return collect(
    writeAr(
      members.map(([name, bytes]) => ({ name, size: bytes.length, content: contentOf(bytes) })),
      epoch,
    ),
  );
}

async function put(bucket: string, path: string, bytes: Uint8Array | string): Promise<string> {
  const file = join(bucket, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return file;
}

/** A TUF key that is the same in every run: its seed is one byte, 32 times. */
function fixedSigner(): Ed25519Signer {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, 7)]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const point = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(12).toString("hex");
  return { public: ed25519Public(point), sign: (bytes) => sign(null, bytes, key) };
}
