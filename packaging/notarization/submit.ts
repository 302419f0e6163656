import { type Clock, isoSeconds } from "../clock.ts";
import type { NotaryApi, Submission } from "./notary-api.ts";
import { readNote, type SubmissionNote, writeNote } from "./submission-note.ts";

/** For so long Apple's credentials put bytes where a submission wants them. Seconds. */
const uploadableFor = 12 * 60 * 60;
/** An upload that begins is to end, too. */
const uploadTakes = 60 * 60;

export interface Submitted {
  readonly note: SubmissionNote;
  /** Whether it is known that its bytes are, or can be, with Apple. */
  readonly isNoted: boolean;
  /** In words that follow "notarization:". */
  readonly said: string;
}

/**
 * The one submission of some bytes, by what is known of it, best first:
 * 1. the note of this machine: where the upload did not end, it can still be done while its credentials last;
 * 2. Apple's list, where the name holds the digest: a judged one counts, and one in progress as long as its upload may be
 *    under way on another machine. Later it never ends: Apple waits for bytes that nobody can bring any more.
 * 3. a new one, which is noted before anything is uploaded.
 *
 * @throws SlipwayError SLW-NOTARY, SLW-KEY.
 */
export async function submissionOf(
  bytes: { readonly sha256: string; readonly name: string },
  noteFile: string,
  api: NotaryApi,
  clock: Clock,
): Promise<Submitted> {
  const noted = await readNote(noteFile);
  const now = clock.now();
  if (noted !== undefined && (noted.upload === undefined || now < uploadableUntil(noted.created) - uploadTakes)) {
    return { note: noted, isNoted: true, said: `goes on with submission ${noted.id} of an earlier run` };
  }
  const listed = bestOf(await api.history(), bytes.sha256, now, noted);
  // Whether its bytes have arrived is not known here, so it is not noted: the next run looks again.
  if (listed !== undefined) {
    const { id, created } = listed;
    const said = `takes submission ${id} of ${isoSeconds(created)}, found in Apple's list`;
    return { note: { id, created, upload: undefined }, isNoted: false, said };
  }
  const { id, upload } = await api.submit(submissionName(bytes), bytes.sha256);
  const note = { id, created: now, upload };
  await writeNote(noteFile, note);
  return { note, isNoted: true, said: `is submission ${id}` };
}

/** A file's name as Apple wants it, with the digest by which it is found again. */
function submissionName({ name, sha256 }: { readonly name: string; readonly sha256: string }): string {
  return `${name.replace(/\.pkg$/, "")}.${sha256}.pkg`;
}

function bestOf(
  history: readonly Submission[],
  sha256: string,
  now: number,
  noted: SubmissionNote | undefined,
): Submission | undefined {
  const ours = history.filter(({ name }) => name.includes(sha256));
  const newest = (fits: (submission: Submission) => boolean) =>
    ours.filter(fits).toSorted((a, b) => b.created - a.created)[0];
  return (
    newest(({ status }) => status === "Accepted") ??
    // A rejection is of the team and not of the bytes, and may be over.
    newest(({ status }) => status === "Invalid") ??
    // What this machine noted, and had not uploaded when its credentials ended, never will be.
    newest(({ id, status, created }) => status === "In Progress" && now < uploadableUntil(created) && id !== noted?.id)
  );
}

/** When nobody can bring the bytes of a submission any more. Seconds since 1970. */
export function uploadableUntil(created: number): number {
  return created + uploadableFor;
}
