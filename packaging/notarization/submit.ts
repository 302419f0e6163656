import { type Clock, isoSeconds } from "../clock.ts";
import type { NotaryApi, Submission, UploadPlace } from "./notary-api.ts";
import { readNote, type SubmissionNote, writeNote } from "./submission-note.ts";

/** For so long Apple's credentials put bytes where a submission wants them. Seconds. */
const uploadableFor = 12 * 60 * 60;
/** An upload that begins is to end, too. */
const uploadTakes = 60 * 60;
/** Apple's clock and this machine's may differ. */
const clocksDiffer = 10 * 60;

export interface Submitted {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Where its bytes go; undefined: they are there, or some other machine brings them. */
  readonly upload: UploadPlace | undefined;
  /** Whether it is known that its bytes are with Apple, or can be brought. */
  readonly isOurs: boolean;
  /** In words that follow the package's name. */
  readonly said: string;
}

/**
 * The one submission of some bytes, by what is known of it, best first:
 * 1. the note of this machine: where the upload did not end, it can still be done while its credentials last;
 * 2. Apple's list, where the name holds the digest: a judged one counts, and one in progress as long as its upload may be
 *    under way on another machine. Later it never ends: Apple waits for bytes that nobody can bring any more;
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
  if (noted?.state === "uploaded" || (noted?.state === "open" && now < uploadableUntil(noted.created) - uploadTakes)) {
    const { id, created } = noted;
    const upload = noted.state === "open" ? noted.upload : undefined;
    return { id, created, upload, isOurs: true, said: `goes on with submission ${id} of an earlier run` };
  }
  const listed = bestOf(await api.history(), bytes.sha256, now, noted);
  // Whether its bytes have arrived is not known here, so it is not noted: the next run looks again.
  if (listed !== undefined) {
    const { id, created } = listed;
    const said = `takes submission ${id} of ${isoSeconds(created)}, found in Apple's list`;
    return { id, created, upload: undefined, isOurs: false, said };
  }
  if (noted?.state !== "asked") await writeNote(noteFile, { state: "asked", since: now });
  const { id, upload } = await api.submit(submissionName(bytes), bytes.sha256);
  await writeNote(noteFile, { state: "open", id, created: now, upload });
  return { id, created: now, upload, isOurs: true, said: `is submission ${id}` };
}

/** When nobody can bring the bytes of a submission any more. Seconds since 1970. */
export function uploadableUntil(created: number): number {
  return created + uploadableFor;
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
    newest((it) => it.status === "In Progress" && now < uploadableUntil(it.created) && !isEmpty(it, noted))
  );
}

/** Whether this machine knows that a submission in progress has no bytes: it made it, or died while it did, and no more. */
function isEmpty({ id, created }: Submission, noted: SubmissionNote | undefined): boolean {
  if (noted?.state === "asked") return created >= noted.since - clocksDiffer;
  return noted?.id === id;
}
