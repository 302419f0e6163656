import { isoSeconds } from "../../clock.ts";
import { refusal } from "../../errors.ts";
import type { XarData } from "./xar-data.ts";
import { algorithms } from "./xar-header.ts";
import { type XmlPart, xmlDocument } from "./xml-text.ts";

/** A file of a xar archive. */
export interface XarFile {
  /** With forward slashes: `runtime.pkg/Payload`. Directories follow from it, in the order of their first file. */
  readonly path: string;
  readonly data: XarData;
}

/** A file whose bytes have their place; offsets count from the heap's start. */
export interface PlacedFile extends XarFile {
  readonly offset: number;
}

/** A signature of the table of contents, whose bytes lie in the heap. */
export interface PlacedSignature {
  readonly style: keyof typeof signatureElements;
  readonly offset: number;
  readonly size: number;
  /** DER in base64, the signer's own certificate first. */
  readonly certificates: readonly string[];
}

/** What holds a signature of each style. */
export const signatureElements = { RSA: "signature", CMS: "x-signature" } as const;

/** Names of the table's encodings: what xar calls gzip is a zlib stream. */
export const encodingStyles = { stored: "application/octet-stream", zlib: "application/x-gzip" } as const;

/** 9999-12-31: the last second whose year has four digits. */
const lastSecond = 253_402_300_799;

type Folder = Map<string, Folder | PlacedFile>;

/** Gives each file its place in the heap, one after the other from `start` on. */
export function placeFiles(files: readonly XarFile[], start: number): readonly PlacedFile[] {
  let offset = start;
  return files.map((file) => {
    const placed = { ...file, offset };
    offset += file.data.length;
    return placed;
  });
}

/**
 * The table of contents of a xar archive, as text. The heap begins with the table's own SHA-1. `epoch` (seconds since 1970)
 * is the time of making; owners, modes and times of files are left out. Refuses (SLW-FORMAT) names that cannot be told.
 */
export function tocText(
  files: readonly PlacedFile[],
  epoch: number,
  signatures: readonly PlacedSignature[] = [],
): string {
  if (!(Number.isInteger(epoch) && epoch >= 0 && epoch <= lastSecond)) {
    throw refusal("SLW-FORMAT", `A xar archive cannot hold the time ${epoch}.`);
  }
  const checksum: XmlPart = {
    name: "checksum",
    attributes: { style: "sha1" },
    content: [
      { name: "offset", content: 0 },
      { name: "size", content: algorithms.sha1.length },
    ],
  };
  const time: XmlPart = { name: "creation-time", content: isoSeconds(epoch).slice(0, -1) };
  const members = folderParts(foldersOf(files), { last: 0 });
  const toc: XmlPart = { name: "toc", content: [time, checksum, ...signatures.map(signaturePart), ...members] };
  return xmlDocument({ name: "xar", content: [toc] });
}

/** Certificates as XML signatures have them (XMLDSig, section 4.5.4), of which the rest is not used. */
function signaturePart({ style, offset, size, certificates }: PlacedSignature): XmlPart {
  const chain = certificates.map((content): XmlPart => ({ name: "X509Certificate", content }));
  const keyInfo: XmlPart = {
    name: "KeyInfo",
    attributes: { xmlns: "http://www.w3.org/2000/09/xmldsig#" },
    content: [{ name: "X509Data", content: chain }],
  };
  const content: readonly XmlPart[] = [{ name: "offset", content: offset }, { name: "size", content: size }, keyInfo];
  return { name: signatureElements[style], attributes: { style }, content };
}

function foldersOf(files: readonly PlacedFile[]): Folder {
  const root: Folder = new Map();
  for (const file of files) {
    const names = file.path.split("/");
    const last = names.pop() ?? "";
    let folder = root;
    for (const name of [...names, last]) {
      if (name === "" || name === "." || name === "..") throw refuse(file.path, "its name is no plain path");
    }
    for (const name of names) {
      const found = folder.get(name) ?? new Map();
      if (!(found instanceof Map)) throw refuse(file.path, `${name} is a file`);
      folder.set(name, found);
      folder = found;
    }
    if (folder.has(last)) throw refuse(file.path, "it is there twice");
    folder.set(last, file);
  }
  return root;
}

/** Numbers are given from the top down, a folder before what is in it. */
function folderParts(folder: Folder, ids: { last: number }): readonly XmlPart[] {
  return [...folder].map(([name, inside]) => {
    ids.last += 1;
    const attributes = { id: ids.last };
    const folderInside = inside instanceof Map;
    const rest = folderInside ? folderParts(inside, ids) : dataParts(inside);
    const type: XmlPart = { name: "type", content: folderInside ? "directory" : "file" };
    return { name: "file", attributes, content: [{ name: "name", content: name }, type, ...rest] };
  });
}

/** A file of no bytes has no data, as xar(1) writes it. */
function dataParts({ data, offset }: PlacedFile): readonly XmlPart[] {
  if (data.length === 0) return [];
  const content: readonly XmlPart[] = [
    { name: "length", content: data.length },
    { name: "offset", content: offset },
    { name: "size", content: data.size },
    { name: "encoding", attributes: { style: encodingStyles[data.encoding] } },
    { name: "extracted-checksum", attributes: { style: "sha1" }, content: data.extractedSha1 },
    { name: "archived-checksum", attributes: { style: "sha1" }, content: data.archivedSha1 },
  ];
  return [{ name: "data", content }];
}

function refuse(path: string, what: string): Error {
  return refusal("SLW-FORMAT", `${JSON.stringify(path)} cannot be put in a xar archive: ${what}.`);
}
