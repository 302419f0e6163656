import { byBytes } from "../../byte-order.ts";
import { sha256 } from "../../digest.ts";
import { refusal } from "../../errors.ts";
import { targetNames, targets } from "../../targets.ts";
import { gzipMember, zstdFrame } from "./members.ts";
import { type IndexedArtifact, type Stanza, stanza } from "./stanza.ts";

/** One release that a suite offers: its record, and the folder that holds its files. */
export interface SuiteRelease {
  readonly product: string;
  /** The version's folder: `1.0.0`, or `1.0.0+<hash>` on `dev`. */
  readonly folder: string;
  readonly record: { readonly artifacts: readonly IndexedArtifact[] };
}

/** What names a suite to apt. Clients stop at a change of origin, label or codename: they are chosen once. */
export interface SuiteNames {
  readonly suite: string;
  readonly origin: string;
  readonly label: string;
  readonly description: string;
  readonly component: "main";
}

/** One file under `dists/<suite>/`. */
export interface IndexFile {
  /** Relative to the suite's folder: `main/binary-amd64/Packages.gz`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly sha256: string;
}

/** All that a suite says, save when and under which snapshot: a function of its releases and names. */
export interface SuiteContent extends SuiteNames {
  readonly architectures: readonly string[];
  /** By path. Each also lies under `by-hash/SHA256/` beside it. */
  readonly files: readonly IndexFile[];
}

/**
 * Plans a suite, pure. Every suite lists both architectures, and packages for all of them in each, so that a target's
 * first release changes no client's sources. An index is made of one compressed member per release, each made by
 * itself (apt 2.6 and 3.0 read concatenated gzip members and zstd frames; of xz they read the first stream only).
 * Refuses (SLW-SUITE) a package and version that two releases offer.
 */
export function planSuite(options: SuiteNames & { readonly releases: readonly SuiteRelease[] }): SuiteContent {
  const { suite, origin, label, description, component } = options;
  requireSuiteName(suite);
  const releases = options.releases.toSorted((a, b) => byBytes(a.product, b.product) || byBytes(a.folder, b.folder));
  const stanzas = releases.map(stanzasOf);
  refuseDoubles(stanzas.flat());
  const architectures = targetNames.flatMap((name) => targets[name].debian ?? []).sort(byBytes);
  const files = architectures.flatMap((architecture) => {
    const members = stanzas.map((of) => memberText(of, architecture)).filter((text) => text !== "");
    return indexFiles(`${component}/binary-${architecture}/Packages`, members.length === 0 ? [""] : members);
  });
  return { suite, origin, label, description, component, architectures, files };
}

/** Refuses (SLW-SUITE) a name that cannot stand in a path and in the Suites field of a source. */
export function requireSuiteName(suite: string): void {
  if (/^[a-z0-9][a-z0-9.-]*$/.test(suite) && suite.length <= 64) return;
  throw refusal(
    "SLW-SUITE",
    `A suite's name is lower-case letters, digits, dots and dashes, not ${JSON.stringify(suite)}.`,
  );
}

function stanzasOf({ product, folder, record }: SuiteRelease): readonly Stanza[] {
  return record.artifacts
    .filter((artifact) => artifact.format === "deb")
    .map((artifact) => stanza(artifact, `releases/${product}/${folder}`))
    .sort((a, b) => byBytes(a.package, b.package) || byBytes(a.architecture, b.architecture));
}

function memberText(stanzas: readonly Stanza[], architecture: string): string {
  return stanzas
    .filter((it) => it.architecture === architecture || it.architecture === "all")
    .map((it) => it.text)
    .join("");
}

function refuseDoubles(stanzas: readonly Stanza[]): void {
  const seen = new Set<string>();
  for (const { package: name, version, architecture } of stanzas) {
    const key = `${name} ${version} (${architecture})`;
    if (seen.has(key)) {
      throw refusal("SLW-SUITE", `Two releases offer the package ${key} to one suite; apt could not tell them apart.`);
    }
    seen.add(key);
  }
}

function indexFiles(path: string, members: readonly string[]): readonly IndexFile[] {
  return [
    indexFile(
      path,
      members.map((text) => Buffer.from(text)),
    ),
    indexFile(`${path}.gz`, members.map(gzipMember)),
    indexFile(`${path}.zst`, members.map(zstdFrame)),
  ];
}

function indexFile(path: string, pieces: readonly Uint8Array[]): IndexFile {
  const bytes = Buffer.concat(pieces);
  return { path, bytes, size: bytes.length, sha256: sha256(bytes) };
}
