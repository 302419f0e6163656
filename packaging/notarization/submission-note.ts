import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { refusal } from "../errors.ts";

const text = z.string().min(1);
/** Times are seconds since 1970. */
const note = z.discriminatedUnion("state", [
  /** Apple is asked for a submission. While it says so, whatever Apple made of it has no bytes. */
  z.strictObject({ state: z.literal("asked"), since: z.int() }),
  /** The submission is made, and its bytes are not all there. */
  z.strictObject({
    state: z.literal("open"),
    id: z.guid(),
    created: z.int(),
    upload: z.strictObject({
      accessKeyId: text,
      secretAccessKey: text,
      sessionToken: text,
      bucket: text,
      object: text,
    }),
  }),
  z.strictObject({ state: z.literal("uploaded"), id: z.guid(), created: z.int() }),
]);

/**
 * What this machine knows of the submission of some bytes: a run that dies is gone on with from here. While it is open,
 * whoever reads it may put an object in the one place that is meant for it.
 */
export type SubmissionNote = z.infer<typeof note>;

/** What is noted in this file; undefined where there is none. One that cannot be read is refused (SLW-NOTARY). */
export async function readNote(file: string): Promise<SubmissionNote | undefined> {
  const bytes = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw unusable(file, `it cannot be read (${error.code})`);
  });
  if (bytes === undefined) return undefined;
  const found = parse(bytes);
  if (found === undefined) throw unusable(file, "it is no note of a submission");
  return found;
}

/** Writes a note, for its owner alone: it is on the disk, as a whole, when this returns. */
export async function writeNote(file: string, noted: SubmissionNote): Promise<void> {
  const temporary = `${file}.${process.pid}-${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(JSON.stringify(noted));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unusable(file, `it cannot be written (${(error as NodeJS.ErrnoException).code ?? "no reason given"})`);
  }
}

function parse(bytes: string): SubmissionNote | undefined {
  try {
    return note.parse(JSON.parse(bytes));
  } catch {
    return undefined;
  }
}

/** Going on without the note could submit the same bytes again. */
function unusable(file: string, why: string): Error {
  return refusal("SLW-NOTARY", `The note of a submission, ${file}, cannot be used: ${why}.`, {
    hint: "It has to be writable. Remove it only if no run is under way: the submission is then looked for in Apple's list.",
  });
}
