import { canonicalJson } from "../canonical-json.ts";
import { sha256, sha256File } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { ArchiveKind } from "../manifest/product.ts";
import { targets } from "../targets.ts";
import { cacheTrouble } from "./cache-trouble.ts";
import type { Payload, PayloadContext, PayloadTarget } from "./payload.ts";
import { PayloadEntry } from "./payload-cache.ts";

/** Raised when an archive that was taken before may be refused, or unpacks to something else: it is unpacked anew. */
const archiveRevision = 1;

/** An archive whose digest is known before it is at hand. */
export interface PinnedArchive {
  readonly kind: ArchiveKind;
  /** Of the archive itself, lower-case hex. */
  readonly sha256: string;
  /** How messages name it. */
  readonly from: string;
  /** Fetches it where need be, and gives its file. */
  readonly open: () => Promise<string>;
}

/**
 * The files of an archive that a target's binaries name, unpacked into the cache once: as long as archive and names stay
 * the same, the archive is not looked for again.
 * @throws SlipwayError as `unpackArchive`; SLW-PAYLOAD-INTEGRITY where the archive was changed while it was read.
 */
export async function unpackedPayload(
  archive: PinnedArchive,
  target: PayloadTarget,
  { cacheFolder }: PayloadContext,
): Promise<Payload> {
  const { kind, from } = archive;
  const wanted = [...new Set(target.binaries.map((binary) => binary.from))].sort();
  const windows = targets[target.name].os === "windows";
  const source = canonicalJson({ archive: archive.sha256, kind, wanted, windows, revision: archiveRevision });
  const entry = new PayloadEntry(cacheFolder, sha256(source), source);
  const cached = await entry.read();
  if (cached !== "absent" && "files" in cached) return cached;
  // The readers of archives are loaded when there is one to read: an update without a change starts sooner.
  const { unpackArchive } = await import("./archives/unpack.ts");
  const file = await archive.open();
  const filling = entry.fill(async (files) => {
    await unpackArchive(file, files, { kind, from, wanted, windows });
    if ((await sha256File(file)).sha256 === archive.sha256) return;
    throw refusal("SLW-PAYLOAD-INTEGRITY", `${from} was changed while it was unpacked. Nothing of it is used.`, {
      hint: "Wait until its writer is done, then run again.",
    });
  });
  await filling.catch((error: unknown) => {
    throw cacheTrouble(error, from);
  });
  return entry.readFilled(from);
}
