import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { type HubAnswer, HubStandIn, refused } from "./hub-stand-in.ts";

/** A comment as GitHub's REST API gives it, as far as it is read. */
export interface StandInComment {
  readonly id: number;
  body: string;
  readonly user: { readonly type: "Bot" | "User"; readonly login: string };
}

/** What goes wrong before a request reaches anything: an answer with more headers, or a connection that is cut. */
export type Trouble = (HubAnswer & { readonly headers?: Readonly<Record<string, string>> }) | "cut" | undefined;

/** A stand-in of GitHub's REST API on the loopback address: the comments of one pull request, repositories, and what was asked. */
export interface ApiStandIn {
  readonly url: string;
  readonly comments: StandInComment[];
  /** `GET /repos/team/product/issues/7/comments?per_page=100&page=1`, in order. */
  readonly requests: string[];
  readonly hub: HubStandIn;
  /** Asked with each request and its place among those that are like it, from 0. */
  trouble: (request: string, nth: number) => Trouble;
}

export const standInToken = "stand-in-token";
export const standInRepository = "team/product";
export const standInPullRequest = 7;

/**
 * Serves lists in pages, writes comments as a bot, keeps repositories, and answers what it does not know, other tokens and
 * too long bodies as GitHub does (REST API, "Issue comments" and "Troubleshooting").
 */
export async function apiStandIn(t: Pick<TestContext, "after">): Promise<ApiStandIn> {
  const server = createServer((request, response) => {
    void answerOrTrouble(request, standIn).then((answer) => {
      if (answer === "cut" || answer === undefined) return void response.destroy();
      const { status, body, headers = {} } = answer;
      response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
      response.end(JSON.stringify(body));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => void server.close().closeAllConnections());
  const standIn: ApiStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments: [],
    requests: [],
    hub: new HubStandIn(),
    trouble: () => undefined,
  };
  return standIn;
}

async function answerOrTrouble(request: IncomingMessage, standIn: ApiStandIn): Promise<Trouble> {
  const asked = `${request.method} ${request.url}`;
  const nth = standIn.requests.filter((it) => it === asked).length;
  standIn.requests.push(asked);
  return standIn.trouble(asked, nth) ?? answer(request, standIn);
}

async function answer(request: IncomingMessage, { comments, hub }: ApiStandIn): Promise<HubAnswer> {
  const { method = "", url = "" } = request;
  const { authorization = "" } = request.headers;
  // GraphQL's own client says "token"; GitHub takes both words.
  if (!/^(?:Bearer|token) /.test(authorization) || authorization.replace(/^\w+ /, "") !== standInToken) {
    return refused(401, "Bad credentials");
  }
  const { pathname, searchParams } = new URL(url, "http://stand-in.invalid");
  const issues = `/repos/${standInRepository}/issues`;
  const all = `${issues}/${standInPullRequest}/comments`;
  if (method === "GET" && pathname === all) {
    const size = Number(searchParams.get("per_page") ?? 30);
    const first = (Number(searchParams.get("page") ?? 1) - 1) * size;
    return { status: 200, body: comments.slice(first, first + size) };
  }
  const sent = JSON.parse((await text(request)) || "{}") as Readonly<Record<string, unknown>>;
  const edited = comments.find(({ id }) => pathname === `${issues}/comments/${id}`);
  const known = (method === "POST" && pathname === all) || (method === "PATCH" && edited !== undefined);
  if (!known) return hub.answer({ method, pathname, query: searchParams, body: sent }) ?? refused(404, "Not Found");
  const body = String(sent["body"]);
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
