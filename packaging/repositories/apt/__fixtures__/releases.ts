import { sha256 } from "../../../digest.ts";
import { type IndexedArtifact, stanza } from "../stanza.ts";
import {
  indexTexts,
  type Measured,
  planSuite,
  type SuiteContent,
  type SuiteNames,
  type SuiteRelease,
} from "../suite.ts";

export const names = {
  suite: "dev",
  origin: "Example",
  label: "Example",
  description: "Programs of the Example team",
  component: "main",
} satisfies SuiteNames;

/** A release as a suite takes it: NAME-bin for both architectures, and the NAME that depends on it. */
export function release(product: string, version: string, folder: string = version): SuiteRelease {
  return offered(product, folder, debsOf(product, version));
}

/** The packages of a release, in the order of their files' names. */
export function debsOf(product: string, version: string): readonly IndexedArtifact[] {
  return ["amd64", "arm64"].flatMap((architecture) => [
    deb(product, `${product}-bin`, version, architecture, [["Depends", "libc6 (>= 2.34)"]]),
    deb(product, product, version, architecture, [["Depends", `${product}-bin (= ${version}-1)`]]),
  ]);
}

/** What a release with these packages offers; each installs a program, and a file that every product has. */
export function offered(product: string, folder: string, debs: readonly IndexedArtifact[]): SuiteRelease {
  const packages = debs.map((artifact) => {
    const listed = stanza(artifact, `releases/${product}/${folder}`);
    return { ...listed, files: ["usr/share/example/shared.txt", `usr/bin/${listed.package}`] };
  });
  return { product, folder, current: false, packages };
}

function deb(
  source: string,
  name: string,
  version: string,
  architecture: string,
  more: readonly (readonly [string, string])[],
): IndexedArtifact {
  const file = `${name}_${version}-1_${architecture}.deb`;
  return {
    format: "deb",
    name: file,
    size: 1000 + file.length,
    shipped: sha256(file),
    control: [
      ["Package", name],
      ["Source", source],
      ["Version", `${version}-1`],
      ["Architecture", architecture],
      ["Maintainer", "Example <packages@example.org>"],
      ["Installed-Size", "9000"],
      ...more,
      ["Section", "utils"],
      ["Priority", "optional"],
      ["Homepage", "https://example.org/"],
      ["Description", `${name}, a program\n Long text of the first paragraph.\n .\n And of the second.`],
    ],
  };
}

/** What a Release file lists of a suite, in its order. */
export function allFiles(content: SuiteContent): readonly Measured[] {
  return [...content.files, ...content.listed].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A suite with these releases, nothing remembered. */
export function suiteOf(suite: SuiteNames, releases: readonly SuiteRelease[]): SuiteContent {
  return planSuite(suite, indexTexts(suite, releases));
}
