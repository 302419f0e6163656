import { createHash, type X509Certificate } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { fileRange } from "../../../containers/file-range.ts";
import { collect } from "../../../containers/member-content.ts";
import { refusal } from "../../../errors.ts";
import { type AuthenticodeSigning, signAuthenticode, verifyAuthenticode } from "../../../signing/authenticode/spc.ts";
import { leadingSequence } from "../../../signing/x509/der.ts";
import type { VerifiedCms } from "../../../signing/x509/verify-cms.ts";
import { PeChecksum } from "./pe-checksum.ts";
import { type PeLayout, readPeLayout } from "./pe-layout.ts";

/** The certificate table and each entry in it begin at a multiple of it ("PE Format", Attribute Certificate Table). */
const alignment = 8;
const entryHeader = 8;
/** WIN_CERT_REVISION_2_0 and WIN_CERT_TYPE_PKCS_SIGNED_DATA. */
const revision = 0x0200;
const signedData = 0x0002;
/** No signature with its timestamp is near it. */
const largestTable = 1 << 20;

/**
 * Writes a Windows program with an Authenticode signature at its end. Equal files, identities and times give equal bytes.
 * `signed` is called with the signature's own bytes, which a timestamp has to be of, before the first one. Refuses
 * (SLW-FORMAT) what is no program, or is signed already.
 */
export async function* writeSignedPe(
  file: FileHandle,
  size: number,
  signing: AuthenticodeSigning,
  signed: (signature: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const layout = await readPeLayout(file, size);
  if (layout.certificates !== undefined) {
    throw refusal("SLW-FORMAT", "The Windows program is signed already.", { hint: "Sign the unsigned one." });
  }
  const { bytes, signature } = signAuthenticode("program", await peDigest(file, size, layout), signing);
  signed(signature);
  const table = certificateTable(bytes);
  const security = Buffer.alloc(8);
  security.writeUInt32LE(aligned(size), 0);
  security.writeUInt32LE(table.length, 4);
  const whole = (checksum: number) => signedFile(file, size, layout, { checksum, security, table });
  const checksum = new PeChecksum();
  for await (const chunk of whole(0)) checksum.update(chunk);
  yield* whole(checksum.value());
}

/**
 * Verifies a signed Windows program: its signature and checksum, with a chain that leads to one of the anchors. Every byte is
 * covered by one or the other. Refuses (SLW-FORMAT, SLW-KEY) all else.
 */
export async function verifyPe(
  file: FileHandle,
  size: number,
  anchors: readonly X509Certificate[],
): Promise<VerifiedCms> {
  const layout = await readPeLayout(file, size);
  const { certificates } = layout;
  if (certificates === undefined) throw refuse("it is not signed");
  const { at, size: length } = certificates;
  if (at % alignment !== 0 || at + length !== size || length > largestTable) {
    throw refuse("its certificate table is not at its end");
  }
  const bytes = await readTable(file, certificates);
  const digest = await peDigest(file, at, layout);
  const verified = verifyAuthenticode("program", bytes, digest, "The signature of the program", anchors);
  const checksum = new PeChecksum();
  for await (const chunk of withFields(file, size, [[layout.checksumAt, Buffer.alloc(4)]])) checksum.update(chunk);
  if (checksum.value() !== layout.checksum) throw refuse("its checksum is wrong");
  return verified;
}

/** SHA-256 of a program as Authenticode signs it: without checksum, the table's place and the table, filled up to eight. */
async function peDigest(file: FileHandle, end: number, { checksumAt, securityAt }: PeLayout): Promise<Buffer> {
  const hash = createHash("sha256");
  const ranges = [
    [0, checksumAt],
    [checksumAt + 4, securityAt],
    [securityAt + 8, end],
  ] as const;
  for (const [from, to] of ranges) for await (const chunk of fileRange(file, from, to)) hash.update(chunk);
  return hash.update(Buffer.alloc(aligned(end) - end)).digest();
}

function certificateTable(bytes: Uint8Array): Buffer {
  const table = Buffer.alloc(aligned(entryHeader + bytes.length));
  table.writeUInt32LE(table.length, 0);
  table.writeUInt16LE(revision, 4);
  table.writeUInt16LE(signedData, 6);
  table.set(bytes, entryHeader);
  return table;
}

async function readTable(file: FileHandle, { at, size }: { at: number; size: number }): Promise<Buffer> {
  const table = await collect(fileRange(file, at, at + size));
  const bytes = leadingSequence(table.subarray(entryHeader), "The signature of the program");
  if (!certificateTable(bytes).equals(table)) throw refuse("its certificate table has other things than one signature");
  return bytes;
}

interface SignedParts {
  readonly checksum: number;
  readonly security: Uint8Array;
  readonly table: Uint8Array;
}

async function* signedFile(
  file: FileHandle,
  size: number,
  { checksumAt, securityAt }: PeLayout,
  { checksum, security, table }: SignedParts,
): AsyncGenerator<Uint8Array> {
  const field = Buffer.alloc(4);
  field.writeUInt32LE(checksum);
  yield* withFields(file, size, [
    [checksumAt, field],
    [securityAt, security],
  ]);
  yield Buffer.concat([Buffer.alloc(aligned(size) - size), table]);
}

/** A file with other bytes in some places, which come in their order. */
async function* withFields(
  file: FileHandle,
  size: number,
  fields: readonly (readonly [at: number, bytes: Uint8Array])[],
): AsyncGenerator<Uint8Array> {
  let next = 0;
  for (const [at, bytes] of fields) {
    yield* fileRange(file, next, at);
    yield bytes;
    next = at + bytes.length;
  }
  yield* fileRange(file, next, size);
}

function aligned(size: number): number {
  return Math.ceil(size / alignment) * alignment;
}

function refuse(what: string): Error {
  return refusal("SLW-FORMAT", `The Windows program is not validly signed: ${what}.`);
}
