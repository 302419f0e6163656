import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { z } from "zod";
import { refusal } from "../errors.ts";

/** A file of a release, as GitHub's REST API has it ("Releases", "Release assets"). */
const asset = z.object({
  id: z.int(),
  name: z.string(),
  size: z.int(),
  /** `starter`: an upload that never ended. */
  state: z.enum(["uploaded", "starter", "open"]).catch("starter"),
  /** `sha256:HEX`; an Enterprise Server may have none. */
  digest: z.string().nullish(),
});

const release = z.object({
  id: z.int(),
  tag_name: z.string(),
  name: z.string().nullish(),
  body: z.string().nullish(),
  draft: z.boolean(),
  html_url: z.string(),
  upload_url: z.string(),
});

export type Asset = z.infer<typeof asset>;
export type Release = z.infer<typeof release>;

/** Releases of one repository, asked with one token. Each method refuses (SLW-GITHUB) what GitHub does not answer as documented. */
export interface ReleaseApi {
  /** All releases, drafts included. */
  releases(): Promise<readonly Release[]>;
  createDraft(of: NewRelease): Promise<Release>;
  assets(of: Release): Promise<readonly Asset[]>;
  upload(of: Release, name: string, file: string, size: number): Promise<Asset>;
  removeAsset(of: Asset): Promise<void>;
  /** `isLatest`: the repository's page shows it as its latest one. GitHub never does so with a pre-release. */
  publish(of: Release, isLatest: boolean): Promise<Release>;
}

export interface NewRelease {
  readonly tag: string;
  readonly name: string;
  readonly body: string;
  readonly prerelease: boolean;
}

export interface ReleasePlace {
  /** Without a final slash. */
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly token: string;
}

const perPage = 100;
const mostPages = 100;
const answerWithinMs = 60_000;
const uploadWithinMs = 30 * 60_000;

export function releaseApi(place: ReleasePlace): ReleaseApi {
  const base = `${place.apiUrl}/repos/${place.repository}`;
  const ask = async (
    method: string,
    url: string,
    body?: NonNullable<RequestInit["body"]>,
    more: Readonly<Record<string, string>> = {},
  ) => {
    const what = `${method} ${new URL(url).pathname}`;
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${place.token}`,
        "user-agent": "slipway",
        "x-github-api-version": "2022-11-28",
        ...more,
      },
      ...(body === undefined ? {} : { body, duplex: "half" }),
      // An address that an answer leads to elsewhere must not get the token.
      redirect: "error",
      signal: AbortSignal.timeout(body instanceof ReadableStream ? uploadWithinMs : answerWithinMs),
    }).catch((error: unknown) => {
      const reason =
        error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : "?";
      throw refusal("SLW-GITHUB", `GitHub could not be asked (${what}): ${reason}.`, { hint: again });
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) return answer;
    const { message = "no reason given" } = z.looseObject({ message: z.string().optional() }).catch({}).parse(answer);
    throw refusal("SLW-GITHUB", `GitHub refused ${what} with status ${response.status}: ${message}.`, {
      hint: response.status >= 500 ? again : `The token needs the permission contents: write for ${place.repository}.`,
    });
  };
  const read = <T>(schema: z.ZodType<T>, answer: unknown, what: string): T => {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw refusal("SLW-GITHUB", `GitHub's answer about ${what} is not the documented one.`);
  };
  const all = async <T>(schema: z.ZodType<T>, url: string, what: string): Promise<readonly T[]> => {
    const found: T[] = [];
    for (let page = 1; page <= mostPages; page++) {
      const answer = read(z.array(schema), await ask("GET", `${url}?per_page=${perPage}&page=${page}`), what);
      found.push(...answer);
      if (answer.length < perPage) return found;
    }
    throw refusal("SLW-GITHUB", `GitHub lists more than ${perPage * mostPages} ${what} of ${place.repository}.`);
  };
  return {
    releases: () => all(release, `${base}/releases`, "releases"),
    createDraft: async ({ tag, name, body, prerelease }) => {
      const text = JSON.stringify({ tag_name: tag, name, body, prerelease, draft: true });
      return read(release, await ask("POST", `${base}/releases`, text), `the draft of ${tag}`);
    },
    assets: ({ id }) => all(asset, `${base}/releases/${id}/assets`, "files of a release"),
    upload: async ({ upload_url, tag_name }, name, file, size) => {
      const url = new URL(upload_url.replace(/\{.*$/, ""));
      requireSameSite(url, place.apiUrl);
      url.searchParams.set("name", name);
      const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
      const body = Readable.toWeb(createReadStream(file)) as ReadableStream;
      return read(asset, await ask("POST", url.href, body, headers), `${name} of ${tag_name}`);
    },
    removeAsset: async ({ id }) => {
      await ask("DELETE", `${base}/releases/assets/${id}`);
    },
    publish: async ({ id, tag_name }, isLatest) => {
      const text = JSON.stringify({ draft: false, make_latest: `${isLatest}` });
      return read(release, await ask("PATCH", `${base}/releases/${id}`, text), tag_name);
    },
  };
}

const again = "Run again when it can be reached: what was uploaded is not uploaded twice.";

/** The token goes to the API's own site alone: `uploads.github.com` for `api.github.com`, else the same host. */
function requireSameSite(url: URL, apiUrl: string): void {
  const api = new URL(apiUrl);
  const isGitHub = api.host === "api.github.com" && url.host === "uploads.github.com" && url.protocol === "https:";
  if (isGitHub || url.origin === api.origin) return;
  throw refusal("SLW-GITHUB", `GitHub names ${url.host} as the place for uploads, which is none of its own.`);
}
