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

const schema = z.object({ form: z.string(), members: z.record(z.string(), z.string()) });

/** The members of a suite's indices in this machine's cache, by what they were made of: their bytes are the same without. */
export async function rememberedMembers(cacheFolder: string, suite: string): Promise<RememberedMembers> {
  const file = path.join(cacheFolder, "members", `${suite}.json`);
  const form = currentForm();
  const found = schema.safeParse((await readSealed(file))?.value).data;
  const before = new Map(found?.form === form ? Object.entries(found.members) : []);
  const used = new Map<string, string>();
  // A piece has a member of each form, and the same memory in both requests: it is hashed once.
  const digests = new WeakMap<Uint8Array, string>();
  const digestOf = (piece: Uint8Array): string => {
    const digest = digests.get(piece) ?? sha256(piece);
    digests.set(piece, digest);
    return digest;
  };
  const remembered = (form: keyof Members, make: (piece: Uint8Array) => Uint8Array) => (piece: Uint8Array) => {
    const key = `${form} ${digestOf(piece)}`;
    const known = before.get(key) ?? used.get(key);
    const member = known === undefined ? make(piece) : Buffer.from(known, "base64");
    used.set(key, known ?? Buffer.from(member).toString("base64"));
    return member;
  };
  return {
    gz: remembered("gz", gzipMember),
    zst: remembered("zst", zstdFrame),
    save: async () => {
      const same = used.size === before.size && [...used.keys()].every((key) => before.has(key));
      if (!same) await writeSealed(file, { form, members: Object.fromEntries(used) });
    },
  };
}

/** What this Node's compressors make of a sample: members of others are not taken. */
function currentForm(): string {
  const sample = Buffer.from("Package: sample\nVersion: 1\n\n".repeat(20));
  const { node, zlib, zstd } = process.versions;
  const [gz, zst] = [gzipMember(sample), zstdFrame(sample)].map((bytes) => sha256(bytes));
  return sha256(JSON.stringify([node, zlib, zstd, process.arch, gz, zst]));
}
