import { z } from "zod";
import { type Clock, systemClock } from "../clock.ts";
import { refusal } from "../errors.ts";
import { printable } from "../manifest/printable.ts";
import type { ConnectKey } from "../signing/connect-key.ts";
import type { NotaryEndpoints } from "./endpoints.ts";
import type { NotaryPolicy } from "./policy.ts";
import { type Answer, ask, type Question, statedReason } from "./request.ts";

/** Where the bytes of a new submission go, and what may put them there: once, for twelve hours. */
export interface UploadPlace {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly bucket: string;
  readonly object: string;
}

export interface Submission {
  readonly id: string;
  readonly name: string;
  /** "In Progress", "Accepted", "Invalid", "Rejected"; others may come. */
  readonly status: string;
  /** Seconds since 1970. */
  readonly created: number;
}

/** One thing that Apple finds in a submission. */
export interface NotaryIssue {
  readonly severity: string;
  readonly path: string;
  readonly message: string;
  readonly architecture: string | undefined;
}

/** Apple's notary service (https://developer.apple.com/documentation/notaryapi), with one team's key. */
export interface NotaryApi {
  submit(name: string, sha256: string): Promise<{ readonly id: string; readonly upload: UploadPlace }>;
  /** Undefined where there is no such submission of this key's team. */
  submission(id: string): Promise<Submission | undefined>;
  /** The team's last hundred. */
  history(): Promise<readonly Submission[]>;
  /** What was found in a submission that is judged; undefined while there is no log. */
  issues(id: string): Promise<readonly NotaryIssue[] | undefined>;
}

const shortAnswer = 1 << 20;
const longestLog = 16 << 20;
/** The operations that a token is for; a path stands for all below it. */
const scope = ["GET /notary/v2/submissions", "POST /notary/v2/submissions"] as const;

const submissionId = z.guid();
const field = z.string().min(1).max(4096);
const created = z.object({
  data: z.object({
    id: submissionId,
    attributes: z.object({
      awsAccessKeyId: field,
      awsSecretAccessKey: field,
      awsSessionToken: field,
      bucket: field,
      object: field,
    }),
  }),
});
const described = z.object({
  id: submissionId,
  attributes: z.object({
    name: z.string(),
    status: z.string(),
    createdDate: z.string().refine((text) => !Number.isNaN(Date.parse(text))),
  }),
});
const logPlace = z.object({ data: z.object({ attributes: z.object({ developerLogUrl: z.url() }) }) });
const log = z.object({
  issues: z
    .array(
      z.object({
        severity: z.string().nullish(),
        path: z.string().nullish(),
        message: z.string().nullish(),
        architecture: z.string().nullish(),
      }),
    )
    .nullish(),
});

/** The service at these addresses. Each answer is checked; one that is not as documented is refused (SLW-NOTARY). */
export function notaryApi(
  key: ConnectKey,
  endpoints: NotaryEndpoints,
  policy: NotaryPolicy,
  clock: Clock = systemClock,
): NotaryApi {
  const call = async (method: Question["method"], path: string, body?: unknown): Promise<Answer> => {
    const headers = () => ({ authorization: `Bearer ${key.token(scope, clock.now())}` });
    const question = { method, url: `${endpoints.submissions}${path}`, headers, body, limit: shortAnswer };
    const answer = await ask(question, policy);
    if (answer.status === 401 || answer.status === 403) throw forbidden(answer, key);
    return answer;
  };
  return {
    submit: async (submissionName, sha256) => {
      const answer = await call("POST", "", { submissionName, sha256, notifications: [] });
      const { id, attributes } = read(created, answer, "a new submission").data;
      const { awsAccessKeyId, awsSecretAccessKey, awsSessionToken, bucket, object } = attributes;
      const keys = { accessKeyId: awsAccessKeyId, secretAccessKey: awsSecretAccessKey, sessionToken: awsSessionToken };
      return { id, upload: { ...keys, bucket, object } };
    },
    submission: async (id) => {
      const answer = await call("GET", `/${id}`);
      if (answer.status === 404) return undefined;
      return submissionOf(read(z.object({ data: described }), answer, `submission ${id}`).data);
    },
    history: async () =>
      read(z.object({ data: z.array(described) }), await call("GET", ""), "the list of submissions").data.map(
        submissionOf,
      ),
    issues: async (id) => {
      const answer = await call("GET", `/${id}/logs`);
      if (answer.status === 404) return undefined;
      const url = read(logPlace, answer, `the log of submission ${id}`).data.attributes.developerLogUrl;
      // Its address carries its own permission, and must not get the token.
      if (!isFit(url, endpoints)) throw unexpected(answer, `the log of submission ${id}`);
      const found = await ask({ method: "GET", url, limit: longestLog }, policy);
      return (read(log, found, `the log of submission ${id}`).issues ?? []).map((issue) => ({
        severity: issue.severity ?? "error",
        path: issue.path ?? "",
        message: issue.message ?? "",
        architecture: issue.architecture ?? undefined,
      }));
    },
  };
}

function isFit(url: string, { standIn }: NotaryEndpoints): boolean {
  return url.startsWith("https://") || (standIn !== undefined && url.startsWith(`${standIn}/`));
}

function submissionOf({ id, attributes: { name, status, createdDate } }: z.infer<typeof described>): Submission {
  return { id, name, status, created: Math.floor(Date.parse(createdDate) / 1000) };
}

function read<T>(schema: z.ZodType<T>, answer: Answer, what: string): T {
  const parsed = answer.status === 200 ? schema.safeParse(answer.value) : undefined;
  if (parsed?.success === true) return parsed.data;
  throw unexpected(answer, what);
}

function unexpected({ status, value }: Answer, what: string): Error {
  const reason = statedReason(value);
  const why = status === 200 ? "gives an answer that is not as documented" : `answers ${status}`;
  return refusal(
    "SLW-NOTARY",
    `Apple's notary service ${why} for ${what}${reason === undefined ? "" : `: ${reason}`}.`,
  );
}

function forbidden({ status, value }: Answer, { id, issuer }: ConnectKey): Error {
  const reason = statedReason(value);
  return refusal(
    status === 401 ? "SLW-KEY" : "SLW-NOTARY",
    `Apple's notary service answers ${status} to the App Store Connect API key ${printable(id)} of issuer ` +
      `${printable(issuer)}${reason === undefined ? "" : `: ${reason}`}.`,
    {
      hint:
        status === 401
          ? "Issuer, key id and .p8 file have to be those of one key that is not revoked, and this machine's clock right."
          : "The key needs the role Developer or a higher one, and the team's agreements with Apple have to be signed.",
    },
  );
}
