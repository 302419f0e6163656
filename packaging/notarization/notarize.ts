import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { refusal } from "../errors.ts";
import { openXar } from "../formats/macos/xar-reader.ts";
import { type ConnectKeyReference, openConnectKey } from "../signing/connect-key.ts";
import { withKernelLock } from "../store/kernel-lock.ts";
import type { NotaryEndpoints } from "./endpoints.ts";
import { type NotaryApi, notaryApi } from "./notary-api.ts";
import type { NotaryPolicy } from "./policy.ts";
import { writeNote } from "./submission-note.ts";
import { type Submitted, submissionOf } from "./submit.ts";
import { fetchTicket, ticketName } from "./ticket.ts";
import { type UploadFile, uploadSubmission } from "./upload.ts";
import { awaitVerdict, minutes, notAccepted, type Waiting } from "./verdict.ts";

/** A signed package that Apple is to look at. */
export interface NotarizationRequest {
  /** Its file's name, for Apple's list: `runtime-1.4.0.pkg`. */
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
  /** Where its bytes are on this machine. */
  readonly file: string;
  readonly key: ConnectKeyReference;
  /** Seconds until the verdict is not waited for any longer. */
  readonly wait: number;
}

export interface Notarized {
  /** Apple's number of the submission. */
  readonly submission: string;
  readonly ticket: Buffer;
}

export interface NotaryContext {
  /** Where this machine notes its submissions. */
  readonly notes: string;
  readonly endpoints: NotaryEndpoints;
  readonly policy: NotaryPolicy;
  readonly clock: Clock;
  /** Hears of each step, and now and then while Apple takes its time. */
  readonly progress: (sentence: string) => void;
}

/**
 * Has Apple notarize a signed package, and fetches its ticket. A run that died anywhere is gone on with by the next one: see
 * `submissionOf`. Of two runs for the same bytes on this machine, one waits for the other.
 * @throws SlipwayError SLW-NOTARY, SLW-KEY, SLW-FORMAT where the package is no xar archive.
 */
export async function notarize(request: NotarizationRequest, context: NotaryContext): Promise<Notarized> {
  const key = await openConnectKey(request.key);
  const api = notaryApi(key, context.endpoints, context.policy, context.clock);
  const file = await open(request.file);
  try {
    const { checksum, signatures } = await openXar(file, request.size);
    if (signatures.length < 2) throw unsigned(request);
    const name = ticketName(checksum);
    await mkdir(context.notes, { recursive: true });
    const lock = join(context.notes, `${request.sha256}.lock`);
    return await withKernelLock(lock, (request.wait + 60) * 1000, () =>
      notarizeAlone(request, file, name, api, context),
    );
  } finally {
    await file.close();
  }
}

async function notarizeAlone(
  request: NotarizationRequest,
  file: FileHandle,
  ticket: string,
  api: NotaryApi,
  { notes, endpoints, policy, clock, progress }: NotaryContext,
): Promise<Notarized> {
  const waiting: Waiting = { policy, clock, progress: (sentence) => progress(`${request.name}: ${sentence}`) };
  const noteFile = join(notes, `${request.sha256}.json`);
  const submitted = await submissionOf(request, noteFile, api, clock);
  waiting.progress(submitted.said);
  await bringBytes({ ...request, file }, submitted, noteFile, api, endpoints, waiting);
  // Time counts from here: a slow line takes nothing from Apple's.
  const patience = { until: clock.now() + request.wait, limit: minutes(request.wait) };
  const verdict = await awaitVerdict(api, submitted, patience, waiting);
  // It is about the team, and may be over when somebody runs again.
  if (verdict.status === "Rejected") await rm(noteFile, { force: true });
  if (verdict.status !== "Accepted") throw await notAccepted(api, verdict);
  const bytes = await fetchTicket(ticket, endpoints, patience, waiting);
  waiting.progress(`accepted, ticket ${ticket}`);
  return { submission: submitted.id, ticket: bytes };
}

/** Uploads what is not with Apple yet, and notes that it is. */
async function bringBytes(
  source: UploadFile,
  { id, created, upload }: Submitted,
  noteFile: string,
  api: NotaryApi,
  endpoints: NotaryEndpoints,
  { policy, progress }: Waiting,
): Promise<void> {
  if (upload === undefined) return;
  // The last request of an upload may have arrived, and its sender died before it noted so.
  const found = await api.submission(id);
  if (found === undefined || found.status === "In Progress") {
    await uploadSubmission(source, upload, endpoints, policy, (done) => {
      progress(`${Math.floor((done / source.size) * 100)} % uploaded`);
    });
  }
  await writeNote(noteFile, { state: "uploaded", id, created });
}

/** Without the CMS signature a package is notarized, and then cannot be stapled. */
function unsigned({ name }: NotarizationRequest): Error {
  return refusal(
    "SLW-NOTARY",
    `${name} has not both signatures, RSA and CMS: Apple has no ticket for such a package.`,
    {
      hint: "Sign it with a Developer ID Installer identity.",
    },
  );
}
