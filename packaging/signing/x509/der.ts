import forge from "node-forge";
import { refusal } from "../../errors.ts";

/** A node of a DER tree (X.690), as node-forge has it: its strings have a byte a letter. */
export type Der = forge.asn1.Asn1;

const { Class, Type } = forge.asn1;
const primitive = (type: forge.asn1.Type, bytes: Uint8Array | string): Der =>
  forge.asn1.create(Class.UNIVERSAL, type, false, typeof bytes === "string" ? bytes : binary(bytes));

/** The bytes of a tree. */
export function encodeDer(node: Der): Buffer {
  return Buffer.from(forge.asn1.toDer(node).getBytes(), "latin1");
}

/**
 * Reads bytes that are one DER value and nothing else; `what` names them in the refusal (SLW-FORMAT). Whatever has a
 * second spelling in BER is refused, so that no two files mean the same.
 */
export function decodeDer(bytes: Uint8Array, what: string): Der {
  try {
    // Its types lack the option; without it every bit string is searched for more DER.
    const options = { strict: true, parseAllBytes: true, decodeBitStrings: false };
    const node = forge.asn1.fromDer(forge.util.createBuffer(binary(bytes)), options as unknown as boolean);
    if (encodeDer(node).equals(bytes)) return node;
  } catch {
    // The parser's message may quote what it could not parse.
  }
  throw refusal("SLW-FORMAT", `${what} is no DER.`);
}

/**
 * Reads what may be BER, to look at and never to believe: what is verified is read by `decodeDer`. Undefined where the bytes
 * are no such value.
 */
export function decodeBer(bytes: Uint8Array): Der | undefined {
  try {
    const options = { strict: false, parseAllBytes: true, decodeBitStrings: false };
    return forge.asn1.fromDer(forge.util.createBuffer(binary(bytes)), options as unknown as boolean);
  } catch {
    // Damage, or so many values in each other that no stack holds them.
    return undefined;
  }
}

/** The SEQUENCE of 128 bytes or more that bytes begin with; what follows it is the caller's. Else refused (SLW-FORMAT). */
export function leadingSequence(bytes: Buffer, what: string): Buffer {
  const lengthSize = (bytes[1] ?? 0) - 0x80;
  const inHead = bytes[0] === 0x30 && lengthSize >= 1 && lengthSize <= 4 && bytes.length >= 2 + lengthSize;
  const end = inHead ? 2 + lengthSize + bytes.readUIntBE(2, lengthSize) : Number.POSITIVE_INFINITY;
  if (end > bytes.length) throw refusal("SLW-FORMAT", `${what} is no DER.`);
  return bytes.subarray(0, end);
}

/** A SEQUENCE. */
export const sequence = (...children: readonly Der[]): Der =>
  forge.asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, [...children]);

/** A SET OF, whose members have the order of their bytes (X.690, section 11.6). */
export const setOf = (...children: readonly Der[]): Der =>
  forge.asn1.create(Class.UNIVERSAL, Type.SET, true, sortedMembers(children));

/** An OBJECT IDENTIFIER of its form with points. */
export const objectId = (dotted: string): Der => primitive(Type.OID, forge.asn1.oidToDer(dotted).getBytes());
/** An OCTET STRING. */
export const octetString = (bytes: Uint8Array): Der => primitive(Type.OCTETSTRING, bytes);
/** An INTEGER from 0 to 127. */
export const smallInteger = (value: number): Der => primitive(Type.INTEGER, Uint8Array.of(value));
/** An INTEGER of bytes that are its one DER form: no more than it needs, the first bit its sign. */
export const integer = (bytes: Uint8Array): Der => primitive(Type.INTEGER, bytes);
/** BOOLEAN TRUE. */
export const yes = (): Der => primitive(Type.BOOLEAN, Uint8Array.of(0xff));
/** An empty BIT STRING. */
export const noBits = (): Der => primitive(Type.BITSTRING, Uint8Array.of(0));
/** NULL. */
export const nothing = (): Der => primitive(Type.NULL, "");

/** A value under a context tag: `[0] EXPLICIT` of its one child, or `[0] IMPLICIT` of a list of them. */
export const tagged = (tag: number, ...children: readonly Der[]): Der =>
  forge.asn1.create(Class.CONTEXT_SPECIFIC, tag, true, [...children]);

/** `[tag] IMPLICIT` of a value that has no children. */
export const taggedBytes = (tag: number, bytes: Uint8Array): Der =>
  forge.asn1.create(Class.CONTEXT_SPECIFIC, tag, false, binary(bytes));

/** A time as CMS wants it: UTCTime up to 2049, GeneralizedTime from then on (RFC 5652, section 11.3). */
export function time(epoch: number): Der {
  const date = new Date(epoch * 1000);
  return date.getUTCFullYear() < 2050
    ? primitive(Type.UTCTIME, forge.asn1.dateToUtcTime(date))
    : generalizedTime(epoch);
}

/** A GeneralizedTime in whole seconds, as timestamps have it whatever the year; `epoch` is in seconds since 1970. */
export function generalizedTime(epoch: number): Der {
  return primitive(Type.GENERALIZEDTIME, forge.asn1.dateToGeneralizedTime(new Date(epoch * 1000)));
}

/** Members of a SEQUENCE; none of anything else. */
export const inSequence = (node: Der | undefined): readonly Der[] => inside(node, Class.UNIVERSAL, Type.SEQUENCE);

/** Members of a SET; none of anything else. */
export const inSet = (node: Der | undefined): readonly Der[] => inside(node, Class.UNIVERSAL, Type.SET);

/** What is under this context tag; nothing where the value has another one. */
export const inTag = (node: Der | undefined, tag: number): readonly Der[] => inside(node, Class.CONTEXT_SPECIFIC, tag);

function inside(node: Der | undefined, tagClass: forge.asn1.Class, type: number): readonly Der[] {
  return node?.tagClass === tagClass && node.type === type && Array.isArray(node.value) ? node.value : [];
}

/** The bytes of a value without its tag and length: what CMS digests of embedded content (RFC 5652, section 5.4). */
export function contentBytes(node: Der): Buffer {
  return typeof node.value === "string"
    ? Buffer.from(node.value, "latin1")
    : Buffer.concat(node.value.map((child) => encodeDer(child)));
}

/** The content bytes of a primitive value; undefined of a constructed one or another type. */
export function bytesOf(node: Der | undefined, type: keyof typeof typeNumbers): Buffer | undefined {
  const wanted = typeNumbers[type];
  if (node?.tagClass !== Class.UNIVERSAL || node.type !== wanted || typeof node.value !== "string") return undefined;
  return Buffer.from(node.value, "latin1");
}

/** An object identifier with points; undefined where the value is none. */
export function oidOf(node: Der | undefined): string | undefined {
  const bytes = bytesOf(node, "oid");
  try {
    return bytes === undefined || bytes.length === 0 ? undefined : forge.asn1.derToOid(binary(bytes));
  } catch {
    // An arc that is larger than any that somebody has been given.
    return undefined;
  }
}

/** The object identifiers of a certificate's extensions (RFC 5280, section 4.1). */
export function oidsOfExtensions(certificate: Der | undefined): ReadonlySet<string> {
  const extensions = inSequence(inSequence(certificate)[0]).flatMap((field) => inSequence(inTag(field, 3)[0]));
  return new Set(extensions.flatMap((extension) => oidOf(inSequence(extension)[0]) ?? []));
}

/** Seconds since 1970 of a UTCTime or GeneralizedTime in whole seconds and UTC; undefined of anything else. */
export function timeOf(node: Der | undefined): number | undefined {
  const utc = bytesOf(node, "utc")?.toString("latin1");
  const general = bytesOf(node, "general")?.toString("latin1");
  const year = Number(utc?.slice(0, 2)) < 50 ? "20" : "19";
  const digits = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(
    utc === undefined ? `${general}` : year + utc,
  );
  if (digits === null) return undefined;
  const [, y, month, day, hour, minute, second] = digits;
  const seconds = Date.parse(`${y}-${month}-${day}T${hour}:${minute}:${second}Z`) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** Whether a value is others under this context tag. */
export function hasTag(node: Der | undefined, tag: number): node is Der {
  return node?.tagClass === Class.CONTEXT_SPECIFIC && node.type === tag && Array.isArray(node.value);
}

/** Whether a value is there and has the same bytes as another. */
export function sameDer(a: Der | undefined, b: Der): boolean {
  return a !== undefined && encodeDer(a).equals(encodeDer(b));
}

const typeNumbers = {
  octets: Type.OCTETSTRING,
  integer: Type.INTEGER,
  oid: Type.OID,
  utf8: Type.UTF8,
  utc: Type.UTCTIME,
  general: Type.GENERALIZEDTIME,
} as const;

function sortedMembers(children: readonly Der[]): Der[] {
  return children.toSorted((a, b) => encodeDer(a).compare(encodeDer(b)));
}

function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
