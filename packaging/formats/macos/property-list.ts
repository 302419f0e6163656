import { parse } from "plist";
import { SlipwayError } from "../../errors.ts";
import { readXml, type XmlElement } from "./xml-element.ts";

/** What stands for itself in a property list, plist(5). */
export type PlistValue =
  | string
  | number
  | boolean
  | Date
  | Uint8Array
  | readonly PlistValue[]
  | { readonly [key: string]: PlistValue };

export type PlistDict = { readonly [key: string]: PlistValue };

const limits = { elements: 10_000, depth: 50 };
/** The document type that every property list has; one with entities of its own stays, and is refused. */
const documentType = /<!DOCTYPE plist PUBLIC "[^"<>[]*" "[^"<>[]*">/;

/** The dictionary of an XML property list, or what is wrong with its text. */
export function readPropertyList(text: string): { readonly list: PlistDict } | { readonly wrong: string } {
  const plain = text.replace(documentType, "");
  let root: XmlElement;
  try {
    // The library guesses at what is not well-formed, and says so on the terminal.
    root = readXml(Buffer.from(plain), "The property list", limits);
  } catch (error) {
    if (error instanceof SlipwayError) return { wrong: error.mistakes[0]?.message ?? "" };
    throw error;
  }
  const [first, ...more] = root.children;
  if (root.name !== "plist" || first?.name !== "dict" || more.length > 0) {
    return { wrong: "The property list cannot be read: expected one <dict> in <plist>." };
  }
  if ([...elementsOf(root)].some(({ name, text }) => name === "integer" && !/^\s*[+-]?\d{1,15}\s*$/.test(text))) {
    return { wrong: "The property list cannot be read: an <integer> is no decimal number." };
  }
  try {
    return { list: parse(plain) as PlistDict };
  } catch (error) {
    return { wrong: `The property list cannot be read: ${(error as Error).message}.` };
  }
}

function* elementsOf(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.children) yield* elementsOf(child);
}

/** Every text in a value, with the key that it stands under. */
export function* textsOf(value: PlistValue, key = ""): Generator<{ readonly key: string; readonly text: string }> {
  if (typeof value === "string") yield { key, text: value };
  else if (Array.isArray(value)) for (const item of value as readonly PlistValue[]) yield* textsOf(item, key);
  else if (typeof value === "object" && !(value instanceof Date) && !(value instanceof Uint8Array))
    for (const [name, item] of Object.entries(value)) yield* textsOf(item as PlistValue, name);
}
