import { sha256 } from "../../../digest.ts";
import type { IndexedArtifact } from "../stanza.ts";
import type { SuiteNames, SuiteRelease } from "../suite.ts";

export const names = {
  suite: "dev",
  origin: "Example",
  label: "Example",
  description: "Programs of the Example team",
  component: "main",
} satisfies SuiteNames;

/** A release as its record tells it: NAME-bin for both architectures, and the NAME that depends on it. */
export function release(product: string, version: string, folder: string = version): SuiteRelease {
  const artifacts = ["amd64", "arm64"].flatMap((architecture) => [
    deb(product, `${product}-bin`, version, architecture, [["Depends", "libc6 (>= 2.34)"]]),
    deb(product, product, version, architecture, [["Depends", `${product}-bin (= ${version}-1)`]]),
  ]);
  const other: IndexedArtifact = {
    format: "tar.zst",
    name: `${product}-${version}-linux-x86_64.tar.zst`,
    size: 5,
    shipped: "",
  };
  return { product, folder, record: { artifacts: [other, ...artifacts] } };
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
