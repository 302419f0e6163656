import { createHash } from "node:crypto";
import type { ReadCfb, ReadCfbStream } from "../cfb/cfb-reader.ts";

/** Streams of the root that hold the signature, and the digest of what it covers beside contents. */
export const signatureStream = "\u0005DigitalSignature";
export const metadataStream = "\u0005MsiDigitalSignatureEx";
const signatureStreams: ReadonlySet<string> = new Set([signatureStream, metadataStream]);

/** A stream or storage with its name as it is stored. */
interface Child {
  readonly path: string;
  readonly name: Buffer;
  readonly stream?: ReadCfbStream;
}

/**
 * SHA-256 of names, classes, sizes, states and times of all storages and streams but the signature's own: what
 * MsiDigitalSignatureEx holds. Microsoft has not described it; osslsigncode (`msi_prehash_dir`) has it the same.
 */
export function metadataDigest(cfb: ReadCfb): Buffer {
  const hash = createHash("sha256");
  const add = (folder: string, name: Buffer) => {
    const storage = cfb.storages.get(folder);
    if (storage === undefined) return;
    const root = folder === "";
    hash.update(name).update(storage.clsid);
    // Times of the root change whenever the file is copied.
    hash.update(root ? storage.attributes.subarray(0, 4) : storage.attributes);
    for (const child of childrenOf(cfb, folder)) {
      if (child.stream === undefined) add(child.path, child.name);
      else hash.update(child.name).update(sizeField(child.stream)).update(child.stream.attributes);
    }
  };
  add("", Buffer.alloc(0));
  return hash.digest();
}

/**
 * SHA-256 of an installer package as Authenticode signs it: the metadata's digest, then the bytes of all streams and the
 * class of each storage after what is in it, without the signature's own streams.
 */
export async function msiDigest(cfb: ReadCfb, metadata: Uint8Array): Promise<Buffer> {
  const hash = createHash("sha256").update(metadata);
  const add = async (folder: string): Promise<void> => {
    for (const { path, stream } of childrenOf(cfb, folder)) {
      if (stream === undefined) await add(path);
      else for await (const chunk of stream.content()) hash.update(chunk);
    }
    hash.update(cfb.storages.get(folder)?.clsid ?? new Uint8Array(16));
  };
  await add("");
  return hash.digest();
}

/** What is in a storage, in the order of the bytes of the names as stored: other than the directory's own order. */
function childrenOf({ storages, streams }: ReadCfb, folder: string): readonly Child[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  const inside = (path: string) => path.startsWith(prefix) && path !== "" && !path.slice(prefix.length).includes("/");
  const child = (path: string) => ({ path, name: Buffer.from(path.slice(prefix.length), "utf16le") });
  const children: Child[] = [...storages.keys()].filter(inside).map(child);
  for (const stream of streams) {
    if (inside(stream.path) && !signatureStreams.has(stream.path)) children.push({ ...child(stream.path), stream });
  }
  return children.sort((a, b) => a.name.compare(b.name));
}

function sizeField({ size }: ReadCfbStream): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(size);
  return bytes;
}
