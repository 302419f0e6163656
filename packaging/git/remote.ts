import path from "node:path";
import { refusal } from "../errors.ts";

/** A repository that is read and pushed to. */
export interface Remote {
  /** As it is written in the settings: what messages call it. */
  readonly name: string;
  /** As git is told. */
  readonly location: string;
  /** A folder of this machine. */
  readonly folder: string | undefined;
  /** `https://example.org/`: the server that a token is for. */
  readonly server: string | undefined;
}

const protocols: ReadonlySet<string> = new Set(["https:", "http:", "ssh:", "file:"]);
const hint = "Write a folder, https://HOST/PATH, ssh://USER@HOST/PATH or USER@HOST:PATH.";

/**
 * What a remote in the settings means; a relative folder counts from `root`. The forms are those of git-fetch(1), "Git
 * URLS", without helpers (`ext::`), which run programs. Refuses (SLW-GIT) everything else, and a password in an address.
 */
export function parseRemote(name: string, root: string): Remote {
  if (!/^[^\p{Cc}\p{Cs}\u2028\u2029]{1,2000}$/u.test(name) || name.startsWith("-")) {
    throw refusal("SLW-GIT", "A git repository is named by something that is neither a folder nor an address.", {
      hint,
    });
  }
  if (name.includes("://")) return parseUrl(name);
  const isDrive = process.platform === "win32" && /^[A-Za-z]:[\\/]/.test(name);
  const beforeSlash = name.split(/[/\\]/, 1)[0] ?? "";
  if (beforeSlash.includes(":") && !isDrive) {
    if (!/^[\w.-]+@[\w.-]+:[^:]/.test(name))
      throw refusal("SLW-GIT", `${name} is no git repository that is known.`, { hint });
    return { name, location: name, folder: undefined, server: undefined };
  }
  const folder = path.resolve(root, name);
  return { name, location: folder.replaceAll("\\", "/"), folder, server: undefined };
}

function parseUrl(name: string): Remote {
  const url = URL.parse(name);
  if (url === null || !protocols.has(url.protocol)) {
    throw refusal("SLW-GIT", `The address of a git repository begins with ${[...protocols].join(", ")}.`, { hint });
  }
  const isHttp = /^https?:$/.test(url.protocol);
  if (url.password !== "" || (isHttp && url.username !== "")) {
    // The address itself is not shown: it holds what should be no part of a message.
    throw refusal("SLW-GIT", `The address of a git repository on ${url.host} has a user or password in it.`, {
      hint: "Leave it out, and name where the token is: { env: NAME } or { file: PATH }.",
    });
  }
  return { name, location: name, folder: undefined, server: isHttp ? `${url.origin}/` : undefined };
}

/**
 * The header that hands a token to the server of a remote (RFC 7617; GitHub takes any user name). Refuses (SLW-GIT) to
 * send one in clear over a network.
 */
export function tokenHeader(
  { name, server }: Remote,
  token: string,
): { readonly server: string; readonly header: string } | undefined {
  if (server === undefined) return undefined;
  const { protocol, hostname } = new URL(server);
  if (protocol === "http:" && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)) {
    throw refusal("SLW-GIT", `${name} is reached without encryption, and a token would be read by whoever listens.`, {
      hint: "Write https:// in its place.",
    });
  }
  const user = Buffer.from(`x-access-token:${token}`).toString("base64");
  return { server, header: `Authorization: Basic ${user}` };
}
