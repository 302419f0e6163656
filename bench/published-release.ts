import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { ArtifactJob } from "../packaging/artifact.ts";
import type { ChannelRecord } from "../packaging/channels/entry.ts";
import { moveChannel } from "../packaging/channels/move.ts";
import { planMove, readChannel } from "../packaging/channels/read.ts";
import { writeAr } from "../packaging/containers/ar.ts";
import { collect, contentOf } from "../packaging/containers/member-content.ts";
import { writeTar } from "../packaging/containers/tar.ts";
import { sha256 } from "../packaging/digest.ts";
import { controlFields, controlText } from "../packaging/formats/debian/control.ts";
import { releaseFolder } from "../packaging/record/folder.ts";
import { derivedTexts } from "../packaging/record/publish.ts";
import { buildRecord } from "../packaging/record/record.ts";
import type { Ed25519Signer } from "../packaging/signing/signer.ts";
import { inlineBytes } from "../packaging/staging/input-file.ts";
import type { TreeEntry } from "../packaging/staging/tree.ts";
import type { Store } from "../packaging/store/store.ts";

/** When everything was published, in seconds since 1970, and until when its signatures hold. */
export const epoch = 1_795_341_600;
export const expires = "2036-11-22T10:00:00Z";

/** Points a channel at the first of the records, keeping the others, as the program does. */
export async function pointChannel(
  store: Store,
  { product, channel }: { readonly product: string; readonly channel: string },
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

const machines = [
  ["linux-x86_64", "amd64"],
  ["linux-aarch64", "arm64"],
] as const;

/** Writes a release of two packages for each machine, tiny real .deb files, into a directory bucket. */
export async function writeRelease(
  bucket: string,
  product: string,
  version: string,
  targets: readonly (typeof machines)[number][0][] = machines.map(([target]) => target),
): Promise<ChannelRecord> {
  const jobs = machines.filter(([target]) => targets.includes(target));
  const planned = jobs.flatMap(([target, architecture]) =>
    [`${product}-bin`, product].map((name) => packageJob(product, version, name, target, architecture)),
  );
  const base = releaseFolder(product, version);
  const artifacts = await Promise.all(
    planned.map(async (job) => {
      const bytes = await packageBytes(job);
      const file = await putObject(bucket, `${base}/${job.name}`, bytes);
      const built = { size: bytes.length, sha256: sha256(bytes), file };
      return { job, built, recipe: sha256(job.name), control: controlFields(job) };
    }),
  );
  const facts = {
    ...{ product, version, epoch, summary: `example program ${product}`, description: ["It prints its name."] },
    ...{ homepage: "https://example.org/", licence: "0BSD", features: {}, services: [product] },
    maintainer: { name: "Example", email: "packages@example.org" },
  };
  const { record, text, sha256: digest, inventories } = buildRecord(facts, artifacts);
  for (const [path, inventory] of inventories) await putObject(bucket, `${base}/${path}`, inventory);
  for (const [name, derived] of derivedTexts(record)) await putObject(bucket, `${base}/${name}`, derived);
  const path = `${base}/release.json`;
  await putObject(bucket, path, text);
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

/** Writes an object into a directory bucket without the care that a store takes: nobody reads it meanwhile. */
export async function putObject(bucket: string, path: string, bytes: Uint8Array | string): Promise<string> {
  const file = join(bucket, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return file;
}
