import { createHash } from "node:crypto";
import { byBytes } from "../../byte-order.ts";
import { refusal } from "../../errors.ts";
import { targetNames, targets } from "../../targets.ts";
import { contentsLines } from "./contents.ts";
import { gzipMember, type Members, zstdFrame } from "./members.ts";
import { type Phasing, phased } from "./phasing.ts";
import { cutPieces } from "./pieces.ts";
import type { Stanza } from "./stanza.ts";

/** One package that a release offers: its stanza, and the paths of the files that it installs. */
export interface OfferedPackage extends Stanza {
  /** Relative to the root, without folders: `usr/bin/runtime`. */
  readonly files: readonly string[];
}

/** One release that a suite offers. */
export interface SuiteRelease {
  readonly product: string;
  /** The version's folder: `1.0.0`, or `1.0.0+<hash>` on `dev`. */
  readonly folder: string;
  /** The one that the product's channel points at; others are kept installable beside it. */
  readonly current: boolean;
  readonly packages: readonly OfferedPackage[];
}

/** What names a suite to apt. Clients stop at a change of origin, label or codename: they are chosen once. */
export interface SuiteNames {
  readonly suite: string;
  readonly origin: string;
  readonly label: string;
  readonly description: string;
  readonly component: typeof component;
}

/** The one component that a suite of ours has. */
export const component = "main";

/** An index before it is compressed: path, size and digest are those of its plain form. */
export interface IndexText extends Measured {
  readonly pieces: readonly Buffer[];
  /** In which forms it lies in the bucket: under its own name, `.gz`, `.zst`. The plain one is always listed. */
  readonly forms: readonly ("plain" | "gz" | "zst")[];
}

/** A file as Release lists it. */
export interface Measured {
  /** Relative to the suite's folder: `main/binary-amd64/Packages.gz`. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** One file under `dists/<suite>/`. */
export interface IndexFile extends Measured {
  readonly bytes: Uint8Array;
}

/** All that a suite says, save when and under which snapshot: a function of its releases and names. */
export interface SuiteContent extends SuiteNames {
  readonly architectures: readonly string[];
  /** By path. Each also lies under `by-hash/SHA256/` beside it. */
  readonly files: readonly IndexFile[];
  /** Listed in Release, as apt wants it of every index, and not in the bucket. */
  readonly listed: readonly Measured[];
}

/** Every suite lists all of them, so that a target's first release changes no client's sources. */
export const architectures: readonly string[] = targetNames.flatMap((name) => targets[name].debian ?? []).sort(byBytes);

/**
 * The texts of a suite's indices, pure: a Packages and a Contents for each architecture, with the packages for all of
 * them in each; `phasing` is of each product's current release. Refuses (SLW-SUITE) a package and version that two releases offer.
 */
export function indexTexts(
  { suite }: SuiteNames,
  offered: readonly SuiteRelease[],
  phasing: Phasing = {},
): readonly IndexText[] {
  requireSuiteName(suite);
  const packages = offered
    .toSorted((a, b) => byBytes(a.product, b.product) || byBytes(a.folder, b.folder))
    .flatMap((release) => phased(release, phasing).toSorted(byNameAndArchitecture));
  refuseDoubles(packages);
  return architectures.flatMap((architecture): readonly IndexText[] => {
    const own = packages.filter((it) => it.architecture === architecture || it.architecture === "all");
    return [
      indexText(`${component}/Contents-${architecture}`, cutPieces(contentsLines(own)), ["gz"]),
      indexText(`${component}/binary-${architecture}/Packages`, cutPieces(own.map(({ text }) => text)), [
        ...(["plain", "gz", "zst"] as const),
      ]),
    ];
  });
}

/**
 * A suite with these indices, pure: `members` may remember what it compressed, and gives the same bytes if it does not. A compressed
 * index is a row of members, each made of one piece by itself (apt 2.6 and 3.0 read concatenated gzip members and zstd
 * frames; of xz they read the first stream only).
 */
export function planSuite(
  names: SuiteNames,
  texts: readonly IndexText[],
  members: Members = { gz: gzipMember, zst: zstdFrame },
): SuiteContent {
  const { suite, origin, label, description } = names;
  const files = texts.flatMap(({ path, pieces, forms, ...plain }) =>
    forms.map((form) => {
      if (form === "plain") return { path, ...plain, bytes: Buffer.concat(pieces) };
      const made = pieces.map(members[form]);
      return { ...measured(`${path}.${form}`, made), bytes: Buffer.concat(made) };
    }),
  );
  const listed = texts
    .filter(({ forms }) => !forms.includes("plain"))
    .map(({ path, size, sha256 }) => ({ path, size, sha256 }));
  return { suite, origin, label, description, component, architectures, files, listed };
}

/** Whether an index that Release lists lies in the bucket: of Contents only the compressed form does. */
export function isStored(path: string): boolean {
  return !/(?:^|\/)Contents-[^./]+$/.test(path);
}

/** Refuses (SLW-SUITE) a name that cannot stand in a path and in the Suites field of a source. */
export function requireSuiteName(suite: string): void {
  if (/^[a-z0-9][a-z0-9.-]*$/.test(suite) && suite.length <= 64) return;
  throw refusal(
    "SLW-SUITE",
    `A suite's name is lower-case letters, digits, dots and dashes, not ${JSON.stringify(suite)}.`,
  );
}

function byNameAndArchitecture(a: Stanza, b: Stanza): number {
  return byBytes(a.package, b.package) || byBytes(a.architecture, b.architecture);
}

function refuseDoubles(packages: readonly Stanza[]): void {
  const seen = new Set<string>();
  for (const { package: name, version, architecture } of packages) {
    const key = `${name} ${version} (${architecture})`;
    if (seen.has(key)) {
      throw refusal("SLW-SUITE", `Two releases offer the package ${key} to one suite; apt could not tell them apart.`);
    }
    seen.add(key);
  }
}

function indexText(path: string, pieces: readonly Buffer[], forms: IndexText["forms"]): IndexText {
  return { ...measured(path, pieces), pieces, forms };
}

function measured(path: string, pieces: readonly Uint8Array[]): Measured {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return { path, size: pieces.reduce((sum, { length }) => sum + length, 0), sha256: hash.digest("hex") };
}
