import { type FileHandle, open } from "node:fs/promises";
import { posix } from "node:path";
import type { BuildCache, CachedObject } from "../builds/cache.ts";
import { canonicalJson } from "../canonical-json.ts";
import { fileRange } from "../containers/file-range.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import { codeFlags } from "../formats/macos/code-directory.ts";
import { readSliceSignatures } from "../formats/macos/code-signature.ts";
import { writeHashed } from "../formats/write-hashed.ts";
import { type BinaryArch, headerBytes, readBinaryHeader } from "../payload/binary-header.ts";
import { rcodesignMissing, rcodesignVersion, withSignedMachO } from "../signing/rcodesign.ts";
import type { FileEntry } from "../staging/tree.ts";
import { signingTime } from "./identities.ts";
import { requireContent } from "./require-content.ts";
import { requireSame } from "./signed-file.ts";
import type { ProgramSigning, SignedProduct, SignedProgram } from "./signed-tree.ts";

/** Raised with every change of the code that changes what rcodesign is asked for. */
const revision = 1;

/**
 * A file of a tree for Macs as it is shipped: a Mach-O with a slice that nobody has signed is signed through rcodesign, from
 * the cache where it was before; all others stay as they are. Undefined where that needs a key that is not at hand. Without a
 * timestamp the same program, identity and rcodesign give the same bytes on every machine.
 * @throws SlipwayError SLW-TOOL-MISSING where the key is at hand and rcodesign is not.
 */
export async function signedMacProgram(
  entry: FileEntry,
  { epoch }: SignedProduct,
  { identity: { public: own, source, timestamp }, cache }: ProgramSigning,
): Promise<SignedProgram | undefined> {
  const { content, path } = entry;
  if (content.kind !== "disk" || entry.size === 0) return { entry, waits: false };
  const unsigned = await unsignedSlices(content.file, path);
  if (unsigned === undefined) return { entry, waits: false };
  if (own === undefined) return undefined;
  const version = await rcodesignVersion();
  if (version === undefined) {
    if (source === undefined) return undefined;
    throw refusal("SLW-TOOL-MISSING", `${path} is not signed, and rcodesign, which would sign it, was not found.`, {
      hint: rcodesignMissing,
    });
  }
  const signing = { identifier: posix.basename(path), signedAt: signingTime(own, epoch), timestamp };
  const recipe = sha256(
    canonicalJson({ revision, kind: "mach-o", content: entry.sha256, by: own, version, ...definedOf(signing) }),
  );
  const known = await cache.lookup(recipe);
  if (known !== undefined) return replaced(entry, known);
  if (source === undefined) return undefined;
  // What opens identities is loaded when something is signed: most runs find all of it signed.
  const { openIdentity } = await import("../signing/x509/identity.ts");
  const { handedIdentity } = await import("../signing/x509/handed-identity.ts");
  const identity = await openIdentity("apple-application", source, signing.signedAt);
  requireSame(identity.public, own);
  await requireContent({ file: content.file, size: entry.size, sha256: entry.sha256 }, cache);
  const folder = await cache.temporaryFolder();
  const stored = await withSignedMachO(content.file, handedIdentity(identity), signing, folder, async (signed) => {
    await requireSigned(signed, path, unsigned, version);
    return keep(signed, recipe, cache);
  });
  return replaced(entry, stored);
}

/** A recipe has no field for what is not asked for. */
function definedOf<T extends { readonly timestamp: string | undefined }>({ timestamp, ...others }: T) {
  return timestamp === undefined ? others : { ...others, timestamp };
}

/** The processors of a Mach-O with a slice that has no signature, or one of nobody; undefined of every other file. */
async function unsignedSlices(file: string, path: string): Promise<readonly BinaryArch[] | undefined> {
  return withHandle(file, async (handle, size) => {
    const start = Buffer.alloc(Math.min(size, headerBytes));
    await handle.read(start, 0, start.length, 0);
    if (readBinaryHeader(start).system !== "macos") return undefined;
    const slices = await readSliceSignatures(handle, size, path);
    return slices.every(({ signature }) => signature.kind === "signed") ? undefined : archsOf(slices);
  });
}

async function requireSigned(
  file: string,
  path: string,
  expected: readonly BinaryArch[],
  version: string,
): Promise<void> {
  const slices = await withHandle(file, (handle, size) => readSliceSignatures(handle, size, `the signed ${path}`));
  const bad = slices.filter(
    ({ signature }) => signature.kind !== "signed" || (signature.directory.flags & codeFlags.hardenedRuntime) === 0,
  );
  if (archsOf(slices).join() !== expected.join()) {
    throw refusal(
      "SLW-BUILD",
      `${version} made of ${path} (${expected.join(", ")}) one for ${archsOf(slices).join(", ")}.`,
    );
  }
  if (bad.length === 0) return;
  const archs = archsOf(bad).join(", ");
  throw refusal("SLW-BUILD", `${version} left ${path} (${archs}) without a signature that has the hardened runtime.`);
}

function archsOf(slices: readonly { readonly arch: BinaryArch }[]): readonly BinaryArch[] {
  return slices.map(({ arch }) => arch).sort();
}

async function keep(file: string, recipe: string, cache: BuildCache): Promise<CachedObject> {
  return withHandle(file, async (handle, size) => {
    const temporary = await cache.temporaryFile();
    const written = await writeHashed(fileRange(handle, 0, size), temporary, "sha256");
    return cache.store(recipe, temporary, { size: written.size, sha256: written.hex });
  });
}

async function withHandle<Result>(
  file: string,
  use: (handle: FileHandle, size: number) => Promise<Result>,
): Promise<Result> {
  const handle = await open(file);
  try {
    return await use(handle, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

function replaced(entry: FileEntry, { size, sha256: digest, file }: CachedObject): SignedProgram {
  return { entry: { ...entry, size, sha256: digest, content: { kind: "disk", file } }, waits: false };
}
