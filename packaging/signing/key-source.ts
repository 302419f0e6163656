import { isUtf8 } from "node:buffer";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { refusal } from "../errors.ts";
import type { KeySource } from "./signer.ts";

/** The private half as text, and words that say where it was, for messages. */
export interface PrivateText {
  readonly text: string;
  readonly where: string;
}

/** What a source is asked for, as messages call it. */
type Secret = "private key" | "password" | "token" | "secret";

/** No private key of a kind we take is larger; a larger file is another file. */
const LIMIT = 64 * 1024;

const POSIX = process.platform !== "win32";

/**
 * Fetches the private half that a source refers to. Only the signing door calls this; the text is never part of a
 * message. Refuses (SLW-KEY) a variable or file that is missing or empty, and a file that others may read.
 */
export async function resolveKeySource(source: KeySource, what: Secret = "private key"): Promise<PrivateText> {
  const text = source.kind === "file" ? (await fromFile(source.path, what)).toString("utf8") : fromText(source, what);
  return present(text, whereOf(source), what);
}

/** The same of a key in a binary file, which a variable or the state holds in base64. Anything but base64 gives no bytes. */
export async function resolveKeyBytes(source: KeySource): Promise<{ readonly bytes: Buffer; readonly where: string }> {
  const where = whereOf(source);
  if (source.kind === "file") return { bytes: await fromFile(source.path, "private key"), where };
  const { text } = present(fromText(source, "private key"), where, "private key");
  const body = text.replaceAll(/\s/g, "");
  return { bytes: Buffer.from(/^[A-Za-z0-9+/]+={0,2}$/.test(body) ? body : "", "base64"), where };
}

/**
 * A secret as a CI's variable holds it: text as it is, a binary file (PKCS#12) in base64, as a variable of such a key is
 * read again. Refuses (SLW-KEY) what `resolveKeySource` refuses.
 */
export async function resolveSecret(source: Exclude<KeySource, { kind: "state" }>): Promise<string> {
  if (source.kind === "env") return (await resolveKeySource(source, "secret")).text;
  const bytes = await fromFile(source.path, "secret");
  return isUtf8(bytes) ? present(bytes.toString("utf8"), whereOf(source), "secret").text : bytes.toString("base64");
}

/** Whether there is something to fetch: a preview may run where no private key is. */
export function isAtHand(source: KeySource): boolean {
  switch (source.kind) {
    case "state":
      return true;
    case "env":
      return (process.env[source.name] ?? "") !== "";
    case "file":
      return existsSync(source.path);
  }
}

/** Words that say where a source is. */
function whereOf(source: KeySource): string {
  switch (source.kind) {
    case "state":
      return "the stack's encrypted state";
    case "env":
      return `the environment variable ${source.name}`;
    case "file":
      return `the file ${source.path}`;
  }
}

function fromText(source: Exclude<KeySource, { kind: "file" }>, what: Secret): string {
  return source.kind === "state" ? source.secret : fromEnvironment(source.name, what);
}

function present(text: string, where: string, what: Secret): PrivateText {
  if (text.trim() === "") throw refusal("SLW-KEY", `A ${what} was expected in ${where}, but it is empty.`);
  return { text, where };
}

function fromEnvironment(name: string, what: Secret): string {
  // A key pasted where its variable's name belongs must not reach a message.
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name)) {
    throw refusal("SLW-KEY", "A key's source names an environment variable by something that is no variable name.", {
      hint: "Give the variable's name (letters, digits, underscores, at most 64), not the key itself.",
    });
  }
  const text = process.env[name];
  if (text === undefined) {
    throw refusal("SLW-KEY", `A ${what} was expected in the environment variable ${name}, but it is not set.`, {
      hint: `Set ${name} for this run, for instance from the CI's secrets.`,
    });
  }
  return text;
}

async function fromFile(path: string, what: Secret): Promise<Buffer> {
  if (/[\r\n]/.test(path) || path.length > 4096) {
    throw refusal("SLW-KEY", "A key's source names a file by something that is no path.", {
      hint: "Give the file's path, not the key itself.",
    });
  }
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) {
    throw refusal("SLW-KEY", `A ${what} was expected in the file ${path}, but there is no such file to read.`);
  }
  if (POSIX && (found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, "0");
    throw refusal("SLW-KEY", `The ${what} in the file ${path} is open to others than its owner (mode ${mode}).`, {
      hint: `chmod 600 ${path}, and think of the ${what} as seen by whoever could read it.`,
    });
  }
  if (found.size > LIMIT) {
    throw refusal("SLW-KEY", `The file ${path} has ${found.size} bytes; a ${what} has at most ${LIMIT}.`);
  }
  try {
    return await readFile(path);
  } catch {
    throw refusal("SLW-KEY", `A ${what} was expected in the file ${path}, but this user may not read it.`);
  }
}
