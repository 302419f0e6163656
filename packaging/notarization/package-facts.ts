import { type FileHandle, open, rm } from "node:fs/promises";
import { gunzip } from "../compression/gunzip.ts";
import { Budget, contentLimits } from "../contents/budget.ts";
import { SlipwayError } from "../errors.ts";
import { isSignedCode } from "../formats/macos/code-pages.ts";
import { readSliceSignatures } from "../formats/macos/code-signature.ts";
import { readSignerFacts } from "../formats/macos/code-signer.ts";
import { type ReadCpioEntry, readCpio } from "../formats/macos/cpio-reader.ts";
import { openXar } from "../formats/macos/xar-reader.ts";
import { writeHashed } from "../formats/write-hashed.ts";
import { printable } from "../manifest/printable.ts";
import { fat, thin64 } from "../payload/mach-o-header.ts";
import { decodeBer, oidsOfExtensions } from "../signing/x509/der.ts";
import type { PackageFacts, SliceFacts } from "./rules.ts";

/**
 * What the rules look at in a signed package. Programs are unpacked one at a time to `spool`, a name for a new file that is
 * gone afterwards. Refuses (SLW-FORMAT) a package that cannot be read; a program
 * that cannot is told among the facts.
 */
export async function packageFacts(
  file: FileHandle,
  size: number,
  spool: string,
): Promise<{ readonly pkg: PackageFacts; readonly slices: readonly SliceFacts[] }> {
  const { members, signatures } = await openXar(file, size);
  const budget = new Budget(contentLimits, size);
  const paths: string[] = [];
  const slices: SliceFacts[] = [];
  const unread: string[] = [];
  for (const { content } of members.filter(({ path }) => /^[^/]+\/Payload$/.test(path))) {
    for await (const entry of readCpio(budget.unpack(gunzip(content())))) {
      const path = printable(entry.path.replace(/^\.\//, ""));
      budget.entry(path);
      paths.push(path);
      if (entry.type !== "file") continue;
      const found = await slicesOf(entry, path, spool).catch((error: unknown) => {
        if (!(error instanceof SlipwayError)) throw error;
        unread.push(...error.mistakes.map(({ message }) => message));
      });
      slices.push(...(found ?? []));
    }
  }
  const [certificate] = signatures[0]?.certificates ?? [];
  const extensions = certificate && oidsOfExtensions(decodeBer(certificate));
  return { pkg: { signatures: signatures.map(({ style }) => style), extensions, paths, unread }, slices };
}

async function slicesOf({ content }: ReadCpioEntry, path: string, spool: string): Promise<readonly SliceFacts[]> {
  const source = content[Symbol.asyncIterator]();
  const pieces: Uint8Array[] = [];
  let known = 0;
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    pieces.push(next.value);
    known += next.value.length;
    if (known >= headSize) break;
  }
  const head = Buffer.concat(pieces);
  if (!isMachO(head)) return [];
  const whole = async function* () {
    yield head;
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
  };
  try {
    const { size } = await writeHashed(whole(), spool, "sha256");
    const program = await open(spool);
    try {
      return await factsOf(program, size, path);
    } finally {
      await program.close();
    }
  } finally {
    await rm(spool, { force: true });
  }
}

/** Magic, and for a universal one the count of its slices. */
const headSize = 8;
/** A Java class begins like a universal program, and has a version of 45 or more where that has a few slices. */
const mostSlices = 30;

function isMachO(head: Buffer): boolean {
  if (head.length < headSize) return false;
  const magic = head.readUInt32BE(0);
  return magic === thin64 || (magic === fat && head.readUInt32BE(4) < mostSlices);
}

async function factsOf(program: FileHandle, size: number, path: string): Promise<readonly SliceFacts[]> {
  const facts: SliceFacts[] = [];
  for (const slice of await readSliceSignatures(program, size, path)) {
    const { arch, kind, signature } = slice;
    const name = `${path} (${arch})`;
    const isIntact = signature.kind !== "none" && (await isSignedCode(program, slice, signature));
    const signer = signature.kind === "signed" ? readSignerFacts(signature.cms, name) : undefined;
    facts.push({ name, kind, signature, isIntact, signer });
  }
  return facts;
}
