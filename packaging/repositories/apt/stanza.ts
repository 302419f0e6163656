import { byBytes } from "../../byte-order.ts";
import { refusal } from "../../errors.ts";
import type { RecordedArtifact } from "../../record/record.ts";
import { type Field, paragraph } from "./deb822.ts";

/** What a record says about an artifact: for a `.deb` all that an index needs, so that no package is opened to write one. */
export type IndexedArtifact = Pick<RecordedArtifact, "name" | "format" | "size" | "shipped" | "control">;

/** One package in an index: what identifies it, and its paragraph. */
export interface Stanza {
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  /** Where the package belongs, as Contents names it. */
  readonly section: string;
  /** SHA-256 of the package file. */
  readonly shipped: string;
  /** The paragraph and the empty line after it, in UTF-8. */
  readonly text: Uint8Array;
}

/** The section of a package that names none. */
const unsorted = "misc";

/** Fields that the index sets itself. */
const ownFields = ["Filename", "Size", "SHA256"];

/** The part of apt's own order (apt-pkg/tagfile-order.c) that packages of ours can have. Others follow, by name. */
const order: readonly string[] = [
  "Package",
  "Architecture",
  "Version",
  "Built-Using",
  "Static-Built-Using",
  "Multi-Arch",
  "Priority",
  "Protected",
  "Essential",
  "Section",
  "Source",
  "Origin",
  "Maintainer",
  "Original-Maintainer",
  "Bugs",
  "Installed-Size",
  "Provides",
  "Pre-Depends",
  "Depends",
  "Recommends",
  "Suggests",
  "Conflicts",
  "Breaks",
  "Replaces",
  "Enhances",
  "Filename",
  "Size",
  "SHA256",
  "Homepage",
  "Description",
  "Tag",
  "Task",
];

/**
 * The stanza of a `.deb` that lies in `folder` of the bucket. The description stays whole: with no Translation files,
 * apt computes Description-md5 itself. Refuses (SLW-SUITE) a control file that lacks what an index is searched by.
 */
export function stanza(artifact: IndexedArtifact, folder: string): Stanza {
  const filename = `${folder}/${artifact.name}`;
  const { control: given = [] } = artifact;
  const control = new Map(given);
  const required = (name: string): string => {
    const value = control.get(name);
    if (value !== undefined && !value.includes("\n")) return value;
    throw refusal("SLW-SUITE", `The control fields of ${filename} have no ${name} of one line.`);
  };
  const [name, version, architecture] = [required("Package"), required("Version"), required("Architecture")];
  const doubled = given.length !== control.size || ownFields.some((field) => control.has(field));
  if (doubled)
    throw refusal("SLW-SUITE", `The control fields of ${filename} name a field twice or one of the index's own.`);
  const fields: readonly Field[] = [
    ...given,
    ["Filename", filename],
    ["Size", `${artifact.size}`],
    ["SHA256", artifact.shipped],
  ];
  const text = paragraph(fields.toSorted(byOrder), filename);
  const section = control.get("Section") ?? unsorted;
  return { package: name, version, architecture, section, shipped: artifact.shipped, text: Buffer.from(`${text}\n`) };
}

function byOrder([a]: Field, [b]: Field): number {
  return rank(a) - rank(b) || byBytes(a, b);
}

function rank(name: string): number {
  const index = order.indexOf(name);
  return index < 0 ? order.length : index;
}
