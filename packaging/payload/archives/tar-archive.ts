import { pieces } from "../../compression/pieces.ts";
import type { EntryRules } from "./entry-rules.ts";
import type { ArchiveLimits } from "./limits.ts";
import { TarEntries } from "./tar-entries.ts";
import type { WantedFiles } from "./wanted-files.ts";

/** A multiple of the block size; what is looked at twice stays in memory for two of them. */
const pieceSize = 1 << 20;

/**
 * Unpacks the wanted files of a tar archive. node-tar reads it, strictly; every header is looked at once more as bytes,
 * so that what two readers would understand in two ways is refused and not guessed.
 */
export async function unpackTar(
  source: AsyncIterable<Uint8Array>,
  rules: EntryRules,
  wanted: WantedFiles,
  limits: ArchiveLimits,
): Promise<void> {
  const reader = new TarEntries(rules, wanted, limits);
  try {
    let read = 0;
    for await (const piece of pieces(source, pieceSize)) {
      read += piece.length;
      rules.checkTotal(read);
      reader.write(Buffer.from(piece.buffer));
    }
    reader.end();
  } finally {
    wanted.abandon();
  }
}
