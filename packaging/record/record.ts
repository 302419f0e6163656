import type { ArtifactJob, BuiltArtifact } from "../artifact.ts";
import { byBytes } from "../byte-order.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { TargetName } from "../targets.ts";
import { documentText, parseDocument } from "./document.ts";
import { inventoryOf, inventoryText } from "./inventory.ts";
import { recordKind } from "./record-schema.ts";
import type { HomebrewFacts, WingetFacts } from "./repository-facts.ts";

/**
 * All there is to know about one version of one product, written once. With source and caches gone it is enough, with
 * its inventories, to make every index again. Nothing in it can differ between two runs of the same inputs: no clock,
 * commit, machine or detached signature. It names artifacts and inventories by digest, by paths relative to its own
 * folder, and never itself.
 */
export interface ReleaseRecord {
  /** 2 where a field of that revision is there, so that an older Slipway says that it is older. */
  readonly schema: 1 | 2;
  readonly product: string;
  readonly version: string;
  /** Seconds since 1970. */
  readonly epoch: number;
  readonly summary: string;
  /** Paragraphs of plain text. */
  readonly description: readonly string[];
  readonly homepage: string;
  readonly maintainer: { readonly name: string; readonly email: string };
  /** SPDX expression. */
  readonly licence: string;
  readonly features: Readonly<Record<string, boolean>>;
  /** Names of the services, sorted. */
  readonly services: readonly string[];
  /** Percent by which a target's artifacts may grow over the version that a channel serves; without it, any. */
  readonly budget?: { readonly growth: number };
  /** Schema 2. Without it, the product is in no tap. */
  readonly homebrew?: HomebrewFacts;
  /** Schema 2. Without it, the product is in no winget source. */
  readonly winget?: WingetFacts;
  /** Sorted by name, as UTF-8 bytes. */
  readonly artifacts: readonly RecordedArtifact[];
}

export interface RecordedArtifact {
  /** File name in the record's folder. */
  readonly name: string;
  readonly format: "tar.zst" | "tar.gz" | "zip" | "deb" | "pkg" | "msi";
  readonly target: TargetName | "any";
  /** Bytes of the shipped file. */
  readonly size: number;
  /** SHA-256 of the unsigned content. */
  readonly content: string;
  /** SHA-256 of the shipped file: the content's where no signature is embedded. */
  readonly shipped: string;
  readonly recipe: string;
  readonly inventory: { readonly path: string; readonly size: number; readonly sha256: string };
  /** An `.msi` that replaces newer versions too. */
  readonly rollback?: true;
  /** Schema 2: the ProductCode of the shipped `.msi` of a product that winget has. It follows from the bytes. */
  readonly productCode?: string;
  /** All control fields of a `.deb` as they are inside it, in their order; the properties of an `.msi`, but for its own codes. */
  readonly control?: readonly (readonly [name: string, value: string])[];
}

/** What a record says that is not about single artifacts. */
export type ReleaseFacts = Omit<ReleaseRecord, "schema" | "artifacts">;

/** Most bytes that a record may have. */
export const recordLimit = recordKind.limit;

/** Reads a record that may come from anywhere. Refuses as `parseDocument` does: SLW-RECORD, SLW-STATE-NEWER. */
export function parseRecord(bytes: Uint8Array, where: string): ReleaseRecord {
  return parseDocument(bytes, where, recordKind);
}

/**
 * Reads the record of one release. Refuses (SLW-RECORD) that of another, too: a digest says that bytes are those that were
 * named, not that the right ones were.
 */
export function parseRecordOf(
  bytes: Uint8Array,
  where: string,
  { product, version }: Pick<ReleaseRecord, "product" | "version">,
): ReleaseRecord {
  const record = parseRecord(bytes, where);
  if (record.product === product && record.version === version) return record;
  const found = `${record.product} ${record.version}`;
  throw refusal("SLW-RECORD", `${where} is the record of ${found}; that of ${product} ${version} belongs there.`);
}

/** The canonical text of a record, the one form in which it is stored and named by digest. */
export function recordText(record: ReleaseRecord): string {
  return documentText(record, `the release record of ${record.product} ${record.version}`, recordKind);
}

export interface BuiltRecord {
  readonly record: ReleaseRecord;
  readonly text: string;
  /** Digest of the text: the record's name in channels. */
  readonly sha256: string;
  /** Text of each inventory, by its path relative to the record's folder. */
  readonly inventories: ReadonlyMap<string, string>;
}

/** Makes the record of a release, and its inventories, from what was built. Refuses (SLW-RECORD) facts it cannot hold. */
export function buildRecord(
  facts: ReleaseFacts,
  artifacts: readonly {
    readonly job: ArtifactJob;
    readonly built: BuiltArtifact;
    readonly recipe: string;
    readonly control?: readonly (readonly [string, string])[];
    readonly productCode?: string;
  }[],
): BuiltRecord {
  const inventories = new Map<string, string>();
  const recorded = artifacts.map(({ job, built, recipe, control, productCode }): RecordedArtifact => {
    const path = `inventory/${job.name}.json`;
    const text = inventoryText(inventoryOf(job));
    inventories.set(path, text);
    return {
      name: job.name,
      format: job.format.kind,
      target: job.target,
      size: built.size,
      content: built.sha256,
      shipped: built.sha256,
      recipe,
      inventory: { path, size: Buffer.byteLength(text), sha256: sha256(text) },
      ...(job.format.kind === "msi" && job.format.downgrades === "allowed" && { rollback: true as const }),
      ...(control !== undefined && { control }),
      ...(productCode !== undefined && { productCode }),
    };
  });
  const record: ReleaseRecord = {
    schema: facts.homebrew === undefined && facts.winget === undefined ? 1 : 2,
    product: facts.product,
    version: facts.version,
    epoch: facts.epoch,
    summary: facts.summary,
    description: facts.description,
    homepage: facts.homepage,
    maintainer: { name: facts.maintainer.name, email: facts.maintainer.email },
    licence: facts.licence,
    features: facts.features,
    services: [...facts.services].sort(byBytes),
    ...(facts.budget !== undefined && { budget: { growth: facts.budget.growth } }),
    ...(facts.homebrew !== undefined && { homebrew: facts.homebrew }),
    ...(facts.winget !== undefined && { winget: facts.winget }),
    artifacts: recorded.sort((a, b) => byBytes(a.name, b.name)),
  };
  const text = recordText(record);
  return { record, text, sha256: sha256(text), inventories };
}
