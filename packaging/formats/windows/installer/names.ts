import { sha256 } from "../../../digest.ts";

type KeyKind = "dir" | "file" | "component" | "service" | "start" | "unstart" | "restart";

/** Of an Identifier's 72 characters the readable part has so many. */
const readable = 48;

/**
 * A key for what is at a path of the tree, or for a service and what is done with it: readable, in the letters of an Identifier, and told apart from all others by a
 * digest of the whole, so that it is the same in every version.
 */
export function keyOf(kind: KeyKind, path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/[^A-Za-z0-9_.]/g, "_");
  return `${kind}.${name.slice(0, readable)}.${sha256(path).slice(0, 12)}`;
}

const shortShape = /^[A-Z0-9_-]{1,8}(?:\.[A-Z0-9_-]{1,3})?$/i;

/**
 * A name as a Filename column has it: the name itself where it is of 8 and 3 letters, else a short one before it, as
 * volumes without long names need it. `taken` holds the short names of the same folder, in capitals, and grows.
 */
export function fileNameColumn(name: string, taken: Set<string>): string {
  if (shortShape.test(name) && !taken.has(name.toUpperCase())) {
    taken.add(name.toUpperCase());
    return name;
  }
  for (let attempt = 0; ; attempt += 1) {
    const short = shortName(name, attempt);
    if (taken.has(short)) continue;
    taken.add(short);
    return `${short}|${name}`;
  }
}

/** The first letters, four of a digest, and the first letters of the extension. */
function shortName(name: string, attempt: number): string {
  const dot = name.lastIndexOf(".");
  const letters = (text: string, count: number) =>
    text
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, "")
      .slice(0, count);
  const extension = dot === -1 ? "" : letters(name.slice(dot + 1), 3);
  const digest = sha256(`${attempt} ${name}`).slice(0, 4).toUpperCase();
  const stem = `${letters(dot === -1 ? name : name.slice(0, dot), 4)}${digest}`;
  return extension === "" ? stem : `${stem}.${extension}`;
}
