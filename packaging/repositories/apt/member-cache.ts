import path from "node:path";
import { z } from "zod";
import { readSealed, writeSealed } from "../../builds/sealed-file.ts";
import { sha256 } from "../../digest.ts";
import { gzipMember, type Members, zstdFrame } from "./members.ts";

/** Members that remember what they compressed, so that an update compresses only the pieces that it changed. */
export interface RememberedMembers extends Members {
  /** Keeps those that were asked for, and forgets the others. */
  save(): Promise<void>;
}

const schema = z.object({ form: z.string(), members: z.array(z.tuple([z.string(), z.int().nonnegative()])) });

/** The members of a suite's indices in this machine's cache, by what they were made of: their bytes are the same without. */
export async function rememberedMembers(cacheFolder: string, suite: string): Promise<RememberedMembers> {
  const file = path.join(cacheFolder, "members", `${suite}.json`);
  const form = currentForm();
  const before = await readMembers(file, form);
  const used = new Map<string, Uint8Array>();
  // A piece has a member of each form, and the same memory in both requests: it is hashed once.
  const digests = new WeakMap<Uint8Array, string>();
  const digestOf = (piece: Uint8Array): string => {
    const digest = digests.get(piece) ?? sha256(piece);
    digests.set(piece, digest);
    return digest;
  };
  const remembered = (kind: keyof Members, make: (piece: Uint8Array) => Uint8Array) => (piece: Uint8Array) => {
    const key = `${kind} ${digestOf(piece)}`;
    const member = before.get(key) ?? used.get(key) ?? make(piece);
    used.set(key, member);
    return member;
  };
  return {
    gz: remembered("gz", gzipMember),
    zst: remembered("zst", zstdFrame),
    save: async () => {
      const same = used.size === before.size && [...used.keys()].every((key) => before.has(key));
      if (same) return;
      const members = [...used].map(([key, { length }]) => [key, length] as const);
      await writeSealed(file, { form, members }, ...used.values());
    },
  };
}

/** The members follow what the file says of them, in its order. */
async function readMembers(file: string, form: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = await readSealed(file);
  const said = schema.safeParse(found?.value).data;
  if (found === undefined || said?.form !== form) return new Map();
  let at = 0;
  return new Map(
    said.members.map(([key, length]) => {
      at += length;
      return [key, found.large.subarray(at - length, at)];
    }),
  );
}

/** What this Node's compressors make of a sample: members of others are not taken. */
function currentForm(): string {
  const sample = Buffer.from("Package: sample\nVersion: 1\n\n".repeat(20));
  const { node, zlib, zstd } = process.versions;
  const [gz, zst] = [gzipMember(sample), zstdFrame(sample)].map((bytes) => sha256(bytes));
  return sha256(JSON.stringify([2, node, zlib, zstd, process.arch, gz, zst]));
}
