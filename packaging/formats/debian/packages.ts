import type { ArtifactJob, DebOptions } from "../../artifact.ts";
import { refusal } from "../../errors.ts";
import type { Product, ProductTarget } from "../../manifest/product.ts";
import { inlineEntry } from "../../staging/file-entry.ts";
import type { ProductTexts } from "../../staging/texts.ts";
import type { Part, Tree } from "../../staging/tree.ts";
import { targets } from "../../targets.ts";
import { versionFor } from "../../version.ts";
import { subtree } from "../subtree.ts";
import { defaultsOf } from "./configuration.ts";
import { type CopyrightFacts, copyrightText } from "./copyright.ts";
import { descriptionField } from "./description.ts";
import { documentation } from "./documentation.ts";
import type { HookTexts } from "./hook-scripts.ts";
import { overridesText } from "./overrides.ts";
import { maintainerScripts } from "./scripts.ts";
import { type SystemParts, systemParts } from "./units.ts";

export interface PackageInputs {
  readonly compression: DebOptions["compression"];
  readonly texts: ProductTexts;
}

/** What the two packages of a product differ in. */
interface Half {
  readonly part: Part;
  readonly name: string;
  readonly synopsis: string;
  readonly closing: string;
  readonly depends: (parts: SystemParts) => readonly string[];
  readonly hooks: HookTexts;
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
    hooks: {},
  };
  const system: Half = {
    part: "service",
    name: id,
    synopsis: summary,
    closing: `This package makes the programs of ${id}-bin part of a system: services, their users and sockets, shell completions.`,
    depends: (parts) => [`${id}-bin (= ${version})`, ...systemDepends(parts)],
    hooks: inputs.texts.hooks.linux ?? {},
  };
  return [programs, system].map((half) => planPackage(product, target, tree, version, half, inputs));
}

function planPackage(
  product: Product,
  target: ProductTarget,
  whole: Tree,
  version: string,
  half: Half,
  { compression, texts }: PackageInputs,
): ArtifactJob {
  const { id, epoch, maintainer } = product;
  const architecture = debianArchitecture(target);
  const copyright = copyrightText(copyrightFacts(product, target, texts));
  const changelog = { source: id, version, changes: product.changes, maintainer, epoch };
  const own = subtree(whole, half.part, (entry) => entry.part === half.part, []);
  const plain = subtree(own, half.part, () => true, [
    ...documentation(half.name, half.part, copyright, changelog),
    ...defaultsOf(id, own),
  ]);
  const retired = half.part === "bin" ? product.retiredConfiguration : [];
  const explained = { linkedStatically: target.static, retires: retired.length > 0 };
  const overrides = overridesText(half.name, plain, explained);
  const tree = overrides === "" ? plain : withOverrides(plain, half, overrides);
  const parts = systemParts(tree);
  const depends = half.depends(parts);
  const configuration = {
    packageName: half.name,
    product: id,
    files: own.entries.flatMap((entry) => (entry.type === "file" && entry.config ? [entry.path] : [])),
    retired,
  };
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
        ["Homepage", product.homepage],
        ["Description", descriptionField(half.synopsis, [...product.description, half.closing])],
      ],
      scripts: maintainerScripts({ packageName: half.name, parts, configuration, hooks: half.hooks }),
    },
  };
}

function copyrightFacts(product: Product, target: ProductTarget, texts: ProductTexts): CopyrightFacts {
  const { id: name, maintainer: contact, homepage, licence, thirdParty, epoch } = product;
  return {
    name,
    contact,
    homepage,
    epoch,
    licence: { ...licence, text: texts.licence },
    components: thirdParty.map((component, index) => ({
      ...component.licence,
      name: component.name,
      files: component.files,
      text: texts.thirdParty[index] ?? "",
    })),
    programs: target.binaries.map((binary) => `usr/bin/${binary.name}`),
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
