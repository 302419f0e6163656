import { once } from "node:events";
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { refusal } from "../../errors.ts";
import { shownUrl } from "../shown-url.ts";
import { Interrupted } from "./interrupted.ts";
import type { DownloadPolicy } from "./policy.ts";

const redirectStatus = new Set([301, 302, 303, 307, 308]);

export interface HttpGet {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The bytes as they were sent: no content coding is undone, so their digest is the one that others see. */
  readonly body: IncomingMessage;
}

/**
 * GET with redirects followed, each from https to https. Proxies are those of Node (NODE_USE_ENV_PROXY with HTTPS_PROXY
 * and NO_PROXY).
 * @throws SlipwayError SLW-PAYLOAD-MISSING for a redirect that leads nowhere or to where it may not; Interrupted, or
 * Node's error, where there is no answer.
 */
export async function httpGet(
  url: string,
  headers: Readonly<Record<string, string>>,
  policy: Pick<DownloadPolicy, "idleMs" | "redirects">,
): Promise<HttpGet> {
  let at = new URL(url);
  for (let followed = 0; ; followed += 1) {
    const body = await httpAnswer("GET", at, headers, policy.idleMs);
    const status = body.statusCode ?? 0;
    if (!redirectStatus.has(status)) return { status, headers: body.headers, body };
    body.destroy();
    if (followed === policy.redirects) {
      throw refusal("SLW-PAYLOAD-MISSING", `${shownUrl(url)} was redirected more than ${policy.redirects} times.`);
    }
    at = redirectTarget(at, body.headers.location);
  }
}

function redirectTarget(from: URL, location: string | undefined): URL {
  const shown = shownUrl(from.href);
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw refusal("SLW-PAYLOAD-MISSING", `${shown} redirects without saying where to.`);
  }
  const to = new URL(location, from.href);
  if (to.protocol !== "https:" && !(to.protocol === "http:" && from.protocol === "http:" && isLoopback(to))) {
    throw refusal("SLW-PAYLOAD-MISSING", `${shown} redirects to ${shownUrl(to.href)}: expected an https address.`, {
      hint: "What is read on the way would be seen and could be changed. Name an address that stays with https.",
    });
  }
  if (to.username !== "" || to.password !== "") {
    throw refusal("SLW-PAYLOAD-MISSING", `${shown} redirects to ${shownUrl(to.href)} with a user and password.`);
  }
  return to;
}

function isLoopback({ hostname }: URL): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}

/** One request and the answer to it, whatever it is; a connection over which nothing comes for `idleMs` is given up. */
export async function httpAnswer(
  method: "GET" | "HEAD",
  url: URL,
  headers: Readonly<Record<string, string>>,
  idleMs: number,
): Promise<IncomingMessage> {
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const request = send(url, {
    method,
    headers: { "accept-encoding": "identity", "user-agent": "slipway", ...headers },
  });
  let response: IncomingMessage | undefined;
  // Silence ends the connection, whether it comes before the answer or in the middle of it.
  request.setTimeout(idleMs, () =>
    (response ?? request).destroy(new Interrupted(`nothing came for ${idleMs / 1000} s`)),
  );
  request.end();
  [response] = (await once(request, "response")) as [IncomingMessage];
  // From here on the answer's body tells of errors; the request repeats them.
  request.on("error", () => {});
  return response;
}
