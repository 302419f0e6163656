import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";

/** A comment as GitHub's REST API gives it, as far as it is read. */
export interface StandInComment {
  readonly id: number;
  body: string;
  readonly user: { readonly type: "Bot" | "User"; readonly login: string };
}

/** A stand-in of GitHub's REST API on the loopback address: the comments of one pull request, and what was asked. */
export interface ApiStandIn {
  readonly url: string;
  readonly comments: StandInComment[];
  /** `GET /repos/team/product/issues/7/comments?per_page=100&page=1`, in order. */
  readonly requests: string[];
}

export const standInToken = "stand-in-token";
export const standInRepository = "team/product";
export const standInPullRequest = 7;

/**
 * Serves lists in pages, writes comments as a bot, and answers what it does not know, other tokens and too long bodies
 * as GitHub does (REST API, "Issue comments" and "Troubleshooting").
 */
export async function apiStandIn(t: Pick<TestContext, "after">): Promise<ApiStandIn> {
  const comments: StandInComment[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, comments, requests).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
      response.end(JSON.stringify(body));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, comments, requests };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(request: IncomingMessage, comments: StandInComment[], requests: string[]): Promise<Answer> {
  const { method = "", url = "" } = request;
  requests.push(`${method} ${url}`);
  if (request.headers.authorization !== `Bearer ${standInToken}`) return refused(401, "Bad credentials");
  const { pathname, searchParams } = new URL(url, "http://stand-in.invalid");
  const issues = `/repos/${standInRepository}/issues`;
  const all = `${issues}/${standInPullRequest}/comments`;
  if (method === "GET" && pathname === all) {
    const size = Number(searchParams.get("per_page") ?? 30);
    const first = (Number(searchParams.get("page") ?? 1) - 1) * size;
    return { status: 200, body: comments.slice(first, first + size) };
  }
  const edited = comments.find(({ id }) => pathname === `${issues}/comments/${id}`);
  const known = (method === "POST" && pathname === all) || (method === "PATCH" && edited !== undefined);
  if (!known) return refused(404, "Not Found");
  const { body } = JSON.parse(await text(request)) as { readonly body: string };
  if ([...body].length > 65_536)
    return refused(422, "Validation Failed: body is too long (maximum is 65536 characters)");
  if (edited !== undefined) {
    edited.body = body;
    return { status: 200, body: edited };
  }
  const created = { id: 1000 + comments.length, body, user: { type: "Bot", login: "github-actions[bot]" } } as const;
  comments.push(created);
  return { status: 201, body: created };
}

function refused(status: number, message: string): Answer {
  return { status, body: { message, documentation_url: "https://docs.github.com/rest" } };
}
