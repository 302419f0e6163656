import { open } from "node:fs/promises";
import { fileRange } from "../containers/file-range.ts";
import { exactly } from "../containers/member-content.ts";
import { refusal } from "../errors.ts";
import { readStapledTicket, staplePkg } from "../formats/macos/stapled-ticket.ts";
import { type WrittenFile, writeHashed } from "../formats/write-hashed.ts";

/**
 * Writes a signed package with its ticket (base64, as the resource `Notarization` has it) to `output`, and says size and
 * SHA-256 of what users get. The caller gives a temporary name and renames; after a failure no file is left. Refuses
 * (SLW-FORMAT) a ticket that is none, and a package that has one already.
 */
export async function stapleFile(
  signed: { readonly file: string; readonly size: number },
  ticket: string,
  output: string,
): Promise<WrittenFile> {
  const file = await open(signed.file);
  try {
    if ((await readStapledTicket(file, signed.size)).ticket !== undefined) {
      throw refusal("SLW-FORMAT", `${signed.file} has a notary ticket already.`);
    }
    const archive = exactly(fileRange(file, 0, signed.size + 1), signed.size, signed.file);
    return await writeHashed(staplePkg(archive, Buffer.from(ticket, "base64")), output, "sha256");
  } finally {
    await file.close();
  }
}
