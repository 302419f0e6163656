import type { ArtifactJob, DebOptions } from "../../artifact.ts";
import { refusal } from "../../errors.ts";
import type { Product, ProductTarget } from "../../manifest/product.ts";
import { inlineEntry } from "../../staging/file-entry.ts";
import type { Part, Tree } from "../../staging/tree.ts";
import { targets } from "../../targets.ts";
import { versionFor } from "../../version.ts";
import { subtree } from "../subtree.ts";
import { copyrightText } from "./copyright.ts";
import { descriptionField } from "./description.ts";
import { documentation } from "./documentation.ts";
import { overridesText } from "./overrides.ts";
import { maintainerScripts } from "./scripts.ts";
import { type SystemParts, systemParts } from "./units.ts";

export interface PackageInputs {
  readonly compression: DebOptions["compression"];
  /** The whole licence. */
  readonly licenceText: string;
  /** Shell lines that end the post-install step of the package with the services. */
  readonly hookText: string | undefined;
}

/** What the two packages of a product differ in. */
interface Half {
  readonly part: Part;
  readonly name: string;
  readonly synopsis: string;
  readonly closing: string;
  readonly depends: (parts: SystemParts) => readonly string[];
  readonly hookText: string | undefined;
}

/**
 * The two Debian packages of a product: `NAME-bin` with programs, configuration, policies and fixtures, enough for a
 * container; and `NAME`, which depends on exactly that one and makes it part of a system.
 */
export function planPackages(
  product: Product,
  target: ProductTarget,
  tree: Tree,
  inputs: PackageInputs,
): readonly ArtifactJob[] {
  const { id, summary } = product;
  const version = versionFor("debian", product.version);
  const programs: Half = {
    part: "bin",
    name: `${id}-bin`,
    synopsis: `${summary} (programs)`,
    closing: `This package holds the programs and what they need to run. The package ${id} adds what makes them part of a system.`,
    depends: () => target.depends,
    hookText: undefined,
  };
  const system: Half = {
    part: "service",
    name: id,
    synopsis: summary,
    closing: `This package makes the programs of ${id}-bin part of a system: services, their users and sockets, shell completions.`,
    depends: (parts) => [`${id}-bin (= ${version})`, ...systemDepends(parts)],
    hookText: inputs.hookText,
  };
  return [programs, system].map((half) => planPackage(product, target, tree, version, half, inputs));
}

function planPackage(
  product: Product,
  target: ProductTarget,
  whole: Tree,
  version: string,
  half: Half,
  { compression, licenceText }: PackageInputs,
): ArtifactJob {
  const { id, epoch, maintainer, homepage, licence } = product;
  const architecture = debianArchitecture(target);
  const copyright = copyrightText({ name: id, contact: maintainer, homepage, licence, epoch }, licenceText);
  const changelog = { source: id, version, changes: product.changes, maintainer, epoch };
  const added = documentation(half.name, half.part, copyright, changelog);
  const plain = subtree(whole, half.part, (entry) => entry.part === half.part, added);
  const overrides = overridesText(half.name, plain, target.static);
  const tree = overrides === "" ? plain : withOverrides(plain, half, overrides);
  const parts = systemParts(tree);
  const depends = half.depends(parts);
  return {
    product: id,
    version: product.version,
    target: target.name,
    epoch,
    name: `${half.name}_${version}_${architecture}.deb`,
    tree,
    format: {
      kind: "deb",
      compression,
      control: [
        ["Package", half.name],
        ...(half.name === id ? [] : [["Source", id] as const]),
        ["Version", version],
        ["Architecture", architecture],
        ["Maintainer", `${maintainer.name} <${maintainer.email}>`],
        ...(depends.length === 0 ? [] : [["Depends", depends.join(", ")] as const]),
        ["Section", "utils"],
        ["Priority", "optional"],
        // Programs are called, not linked: those of one architecture serve packages of every other.
        ["Multi-Arch", "foreign"],
        ["Homepage", homepage],
        ["Description", descriptionField(half.synopsis, [...product.description, half.closing])],
      ],
      scripts: maintainerScripts(half.name, parts, half.hookText),
    },
  };
}

function withOverrides(tree: Tree, half: Half, text: string): Tree {
  const entry = inlineEntry(`usr/share/lintian/overrides/${half.name}`, text, half.part);
  return subtree(tree, half.part, () => true, [entry]);
}

/** The packages with the programs that the maintainer scripts call. (deb-systemd-helper is of an essential package.) */
function systemDepends({ users, temporary }: SystemParts): readonly string[] {
  return [
    ...(users.length === 0 ? [] : ["systemd | systemd-standalone-sysusers | systemd-sysusers"]),
    ...(temporary.length === 0 ? [] : ["systemd | systemd-standalone-tmpfiles | systemd-tmpfiles"]),
  ];
}

function debianArchitecture({ name }: ProductTarget): string {
  const { debian } = targets[name];
  if (debian !== undefined) return debian;
  throw refusal("SLW-FORMAT", `A .deb cannot be made for ${name}: Debian has no such architecture.`, {
    hint: "Take deb out of this target's installers.",
  });
}
