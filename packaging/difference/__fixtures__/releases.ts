import { sha256 } from "../../digest.ts";
import { licenceText, product, target, tree } from "../../formats/__fixtures__/courier.ts";
import { controlFields } from "../../formats/debian/control.ts";
import { planArtifacts } from "../../formats/plan.ts";
import type { Product, ProductTarget } from "../../manifest/product.ts";
import { type BuiltRecord, buildRecord } from "../../record/record.ts";
import { fileEntry, inlineEntry } from "../../staging/file-entry.ts";
import { growTree } from "../../staging/grow-tree.ts";
import type { Tree, TreeEntry } from "../../staging/tree.ts";

/** The small product of the formats' tests, published twice: `older`, and `newer` with one change of each kind. */
export const older = recordOf({ ...product, version: "1.2.0" }, target, tree);

export const newer = recordOf(
  { ...product, version: "1.3.0", features: { receipts: true } },
  { ...target, depends: ["libc6 (>= 2.36)", "libssl3"] },
  growTree([...tree.entries.flatMap(changed), inlineEntry("usr/share/courier/`|rooms\u202e.txt", "hall\n", "bin")]),
);

function changed(entry: TreeEntry): readonly TreeEntry[] {
  if (entry.type === "directory") return [];
  switch (entry.path) {
    case "usr/bin/courier":
      return [fileEntry(entry.path, inline("program, and more"), { part: "bin", mode: 0o755 })];
    case "usr/bin/courierctl":
      return [fileEntry(entry.path, inline("CONTROL"), { part: "bin", mode: 0o750 })];
    case "usr/share/man/man8/courier.8.gz":
      return [];
    case "usr/lib/systemd/system/courier.service":
      return [inlineEntry(entry.path, "[Service]\nTimeoutStopSec=90\n", "service")];
    case "usr/share/courier/defaults":
      return entry.type === "symlink" ? [{ ...entry, target: "../../../etc" }] : [];
    default:
      return [entry];
  }
}

function recordOf(made: Product, forTarget: ProductTarget, staged: Tree): BuiltRecord {
  const jobs = planArtifacts(made, forTarget, staged, licenceText);
  const { id, ...facts } = made;
  const release = {
    ...facts,
    product: id,
    licence: made.licence.spdx,
    services: made.services.map(({ name }) => name),
  };
  return buildRecord(
    release,
    jobs.map((job) => {
      const size =
        1000 + 97 * job.tree.entries.reduce((sum, entry) => sum + (entry.type === "file" ? entry.size : 0), 0);
      const built = { size, sha256: sha256(`${made.version} ${job.name}`), file: "" };
      return {
        job,
        built,
        recipe: sha256(job.name),
        ...(job.format.kind === "deb" && { control: controlFields(job) }),
      };
    }),
  );
}

/** A release's objects as a bucket holds them. */
export function objectsOf({ record, text, inventories }: BuiltRecord, folder: string): ReadonlyMap<string, Uint8Array> {
  const base = `releases/${record.product}/${folder}`;
  const objects = new Map<string, Uint8Array>([[`${base}/release.json`, Buffer.from(text)]]);
  for (const [path, inventory] of inventories) objects.set(`${base}/${path}`, Buffer.from(inventory));
  return objects;
}

function inline(text: string) {
  const bytes = Buffer.from(text);
  return {
    size: bytes.length,
    sha256: sha256(bytes),
    content: { kind: "bytes", base64: bytes.toString("base64") },
  } as const;
}
