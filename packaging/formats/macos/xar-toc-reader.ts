import { refusal } from "../../errors.ts";
import { shorten } from "../../manifest/printable.ts";
import type { XarData } from "./xar-data.ts";
import { algorithms, isXarAlgorithm, type XarAlgorithm } from "./xar-header.ts";
import { encodingStyles } from "./xar-toc.ts";
import { childOf, readXml, type XmlElement } from "./xml-element.ts";

/** Bytes of the heap. */
export interface HeapRange {
  readonly offset: number;
  readonly length: number;
}

export interface XarDigest {
  readonly algorithm: XarAlgorithm;
  /** Lower-case hex. */
  readonly hex: string;
}

/** Where a file's bytes are, and what is promised of them. */
export interface TocData extends HeapRange {
  readonly size: number;
  readonly encoding: XarData["encoding"];
  readonly extracted: XarDigest;
  readonly archived: XarDigest;
}

/** A file without data is empty. */
export type TocMember =
  | { readonly path: string; readonly type: "directory" }
  | { readonly path: string; readonly type: "file"; readonly data: TocData | undefined };

/** A signature of the table. What it says is not looked at when it is read. */
export interface TocSignature extends HeapRange {
  readonly element: string;
  readonly style: string;
  /** DER, in the table's order. */
  readonly certificates: readonly Buffer[];
}

export interface Toc {
  /** The table's own digest in the heap. */
  readonly checksum: HeapRange & { readonly algorithm: XarAlgorithm };
  /** Signatures of it in the heap, in the table's order. */
  readonly signatures: readonly TocSignature[];
  /** In the table's order, a directory before what is in it. */
  readonly members: readonly TocMember[];
}

export interface TocLimits {
  readonly members: number;
  /** How deep files may be in directories. */
  readonly depth: number;
}

/** Elements that a file of any writer has, its times, owner and checksums counted generously. */
const elementsPerMember = 40;
const otherElements = 1000;
/** Of the elements around files and within one. */
const otherDepth = 10;
const longestName = 255;
/** What no file system and no terminal should be given as a name. */
const plainName = /^[^/\p{Cc}\p{Cs}]+$/u;

/** Reads a table of contents (xar's TOC format); all that is damaged or beyond the limits is refused as SLW-FORMAT. */
export function readToc(bytes: Uint8Array, limits: TocLimits): Toc {
  const root = readXml(bytes, "The table of contents of the xar archive", {
    elements: otherElements + elementsPerMember * limits.members,
    depth: otherDepth + limits.depth,
  });
  const toc = root.name === "xar" ? childOf(root, "toc") : undefined;
  if (toc === undefined) throw damaged("it has no <toc> in a <xar>");
  const checksum = required(toc, "checksum");
  const algorithm = styleOf(checksum);
  const range = rangeOf(checksum, "size");
  if (range.length !== algorithms[algorithm].length) throw damaged("the size of its checksum is wrong");
  const members: TocMember[] = [];
  addMembers(toc, "", limits.depth, members, new Set());
  if (members.length > limits.members) throw damaged(`it has more than ${limits.members} files`);
  const signatures = toc.children.filter(({ name }) => name === "signature" || name === "x-signature");
  return {
    checksum: { ...range, algorithm },
    signatures: signatures.map(signatureOf),
    members,
  };
}

function signatureOf(signature: XmlElement): TocSignature {
  const data = childOf(childOf(signature, "KeyInfo") ?? signature, "X509Data");
  const certificates = (data?.children ?? []).filter(({ name }) => name === "X509Certificate");
  return {
    ...rangeOf(signature, "size"),
    element: signature.name,
    style: signature.attributes.get("style") ?? "",
    certificates: certificates.map(({ text }) => Buffer.from(text, "base64")),
  };
}

function addMembers(parent: XmlElement, folder: string, depth: number, members: TocMember[], seen: Set<string>): void {
  for (const file of parent.children.filter(({ name }) => name === "file")) {
    if (depth === 0) throw damaged("its directories are nested too deep");
    const path = `${folder}${nameOf(file)}`;
    if (seen.has(path)) throw damaged(`${shown(path)} is there twice`);
    seen.add(path);
    const type = required(file, "type").text;
    const data = childOf(file, "data");
    if (type === "directory" && data === undefined) {
      members.push({ path, type });
      addMembers(file, `${path}/`, depth - 1, members, seen);
    } else if (type === "file" && !file.children.some(({ name }) => name === "file")) {
      members.push({ path, type, data: data === undefined ? undefined : dataOf(data) });
    } else {
      throw damaged(`${shown(path)} is neither a file nor a directory`);
    }
  }
}

function nameOf(file: XmlElement): string {
  const { text, attributes } = required(file, "name");
  if (attributes.has("enctype") || text.length > longestName || !plainName.test(text) || /^\.\.?$/.test(text)) {
    throw damaged(`the name ${shown(text)} is not read`);
  }
  return text;
}

function dataOf(data: XmlElement): TocData {
  const style = required(data, "encoding").attributes.get("style");
  const encoding = (["stored", "zlib"] as const).find((name) => encodingStyles[name] === style);
  if (encoding === undefined) throw damaged(`the encoding ${shown(style ?? "")} is not read`);
  return {
    ...rangeOf(data, "length"),
    size: numberOf(data, "size"),
    encoding,
    extracted: digestOf(required(data, "extracted-checksum")),
    archived: digestOf(required(data, "archived-checksum")),
  };
}

function digestOf(element: XmlElement): XarDigest {
  const algorithm = styleOf(element);
  const hex = element.text.toLowerCase();
  if (!/^[0-9a-f]*$/.test(hex) || hex.length !== 2 * algorithms[algorithm].length) {
    throw damaged(`<${element.name}> is no ${algorithm}`);
  }
  return { algorithm, hex };
}

function styleOf(element: XmlElement): XarAlgorithm {
  const style = element.attributes.get("style")?.toLowerCase();
  if (!isXarAlgorithm(style)) throw damaged(`the checksum style ${shown(style ?? "")} is not read`);
  return style;
}

function rangeOf(element: XmlElement, length: "length" | "size"): HeapRange {
  return { offset: numberOf(element, "offset"), length: numberOf(element, length) };
}

/** Fifteen digits are more bytes than any disk has, and exact. */
function numberOf(element: XmlElement, name: string): number {
  const { text } = required(element, name);
  if (!/^\d{1,15}$/.test(text)) throw damaged(`<${name}> is no number`);
  return Number(text);
}

function required(element: XmlElement, name: string): XmlElement {
  const child = childOf(element, name);
  if (child === undefined) throw damaged(`<${element.name}> has no <${name}>`);
  return child;
}

function shown(text: string): string {
  return JSON.stringify(shorten(text));
}

function damaged(what: string): Error {
  return refusal("SLW-FORMAT", `The table of contents of the xar archive cannot be read: ${what}.`);
}
