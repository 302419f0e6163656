import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { putRelease, type WantedRelease } from "../put-release.ts";
import { releaseApi } from "../release-api.ts";

interface Kept {
  id: number;
  tag_name: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  make_latest?: string;
  assets: { id: number; name: string; size: number; state: string; digest: string | null }[];
}

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");
export const contents: Readonly<Record<string, string>> = { "a.deb": "the first", "b.zip": "the second file" };
export const wanted: WantedRelease = {
  product: "alpha",
  tag: "alpha-v1.0.0",
  name: "alpha 1.0.0",
  body: "What changed.",
  prerelease: false,
  files: Object.entries(contents).map(([name, text]) => ({ name, size: text.length, sha256: sha256(text) })),
};

/** What of GitHub's API releases need, on loopback, for whoever has the token. `log` holds requests that change something. */
export async function gitHubServer(t: Pick<TestContext, "after">, accepted = "right-token") {
  const folder = await mkdtemp(join(tmpdir(), "slipway-release-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(contents)) await writeFile(join(folder, name), text);
  const [releases, log]: [Kept[], string[]] = [[], []];
  let [failing, damaging, ids, lists] = ["", false, 0, 0];
  let meanwhile = { request: "", act: () => {} };
  const http = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://127.0.0.1");
    const path = url.pathname.replace(/^\/(?:uploads\/)?repos\/team\/alpha\//, "");
    const body = await bodyOf(request);
    const reply = (status: number, value: unknown) =>
      response
        .writeHead(status, { "content-type": "application/json" })
        .end(value === undefined ? "" : JSON.stringify(value));
    if (![`Bearer ${accepted}`, `token ${accepted}`].includes(request.headers.authorization ?? ""))
      return reply(401, { message: "Bad credentials" });
    if (request.method === "GET" && url.pathname === "/repos/team/alpha") {
      return reply(200, {
        ...{ node_id: "R_alpha", full_name: "team/alpha", html_url: "https://github.example/team/alpha" },
        ...{ fork: false, archived: false, permissions: { push: true, pull: true } },
      });
    }
    const name = url.searchParams.get("name");
    const what =
      name === null ? `${request.method} ${path.replace("releases/assets", "assets")}` : `POST assets ${name}`;
    if (request.method !== "GET") log.push(what);
    if (what === meanwhile.request) meanwhile.act();
    if (what === failing) {
      failing = "";
      return reply(502, { message: "Server Error" });
    }
    const shown = (it: Kept) => ({
      ...it,
      html_url: "https://github.example/r",
      upload_url: `${origin()}/uploads/repos/team/alpha/releases/${it.id}/assets{?name,label}`,
    });
    if (what === "GET releases") {
      lists++;
      return reply(200, releases.map(shown));
    }
    if (what === "POST releases") {
      const made: Kept = { id: ++ids, ...JSON.parse(`${body}`), assets: [] };
      releases.push(made);
      return reply(201, shown(made));
    }
    const release = releases.find(({ id }) => /^releases\/(\d+)/.exec(path)?.[1] === `${id}`);
    if (request.method === "DELETE") {
      for (const it of releases) it.assets = it.assets.filter(({ id }) => !path.endsWith(`/${id}`));
      return reply(204, undefined);
    }
    if (release === undefined) return reply(404, { message: "Not Found" });
    if (request.method === "GET") return reply(200, release.assets);
    if (request.method === "PATCH") {
      Object.assign(release, JSON.parse(`${body}`));
      return reply(200, shown(release));
    }
    const digest = `sha256:${sha256(damaging ? "" : body)}`;
    const made = { id: ++ids, name: String(name), size: body.length, state: "uploaded", digest };
    release.assets.push(made);
    return reply(201, made);
  });
  const origin = () => `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => http.close());
  return {
    origin: origin(),
    releases,
    log,
    /** How often releases were listed. */
    lists: () => lists,
    fail: (what: string) => {
      failing = what;
    },
    damage: () => {
      damaging = true;
    },
    /** Something that others do just before a request is carried out. */
    meanwhile: (request: string, act: () => void) => {
      meanwhile = { request, act };
    },
    /** The next id is larger than this one. */
    skipIds: (last: number) => {
      ids = last;
    },
    put: (token = accepted, release = wanted) =>
      putRelease(releaseApi({ apiUrl: origin(), repository: "team/alpha", token }), release, async ({ name }) =>
        join(folder, name),
      ),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}
