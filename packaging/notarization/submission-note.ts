import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { refusal } from "../errors.ts";
import type { UploadPlace } from "./notary-api.ts";

/**
 * What this machine knows of the submission of some bytes: a run that dies is gone on with from here. Whoever reads the
 * file may put an object in the one place that is meant for it, for twelve hours and until it is uploaded.
 */
export interface SubmissionNote {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Where the bytes go; undefined: they are there. */
  readonly upload: UploadPlace | undefined;
}

const text = z.string().min(1);
const schema = z.strictObject({
  schema: z.literal(1),
  id: z.guid(),
  created: z.int(),
  upload: z
    .strictObject({ accessKeyId: text, secretAccessKey: text, sessionToken: text, bucket: text, object: text })
    .optional(),
});

/** What is noted in this file; undefined where there is none. One that cannot be read is refused (SLW-NOTARY). */
export async function readNote(file: string): Promise<SubmissionNote | undefined> {
  const bytes = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw unusable(file, `it cannot be read (${error.code})`);
  });
  if (bytes === undefined) return undefined;
  const { id, created, upload } = parse(bytes) ?? {};
  if (id === undefined || created === undefined) throw unusable(file, "it is no note of a submission");
  return { id, created, upload };
}

/** Writes a note, for its owner alone: it is on the disk, as a whole, when this returns. */
export async function writeNote(file: string, note: SubmissionNote): Promise<void> {
  const temporary = `${file}.${process.pid}-${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(JSON.stringify({ schema: 1, ...note }));
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

function parse(bytes: string): z.infer<typeof schema> | undefined {
  try {
    return schema.parse(JSON.parse(bytes));
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
