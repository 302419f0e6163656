import type { Tip } from "./branch.ts";
import type { FilesCommit } from "./commit-files.ts";

/**
 * One commit as git-fast-import(1) reads it, under the name `reference`. Its author date is the request's; its commit date
 * is never before its base's, so that histories stay in order when an older release is served again.
 */
export function commitStream(
  reference: string,
  base: Tip | undefined,
  { files, message, author, date }: FilesCommit,
  gone: readonly string[],
): string {
  const who = `${author.name} <${author.email}>`;
  const written = Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [
    `commit ${reference}\n`,
    `author ${who} ${date} +0000\n`,
    `committer ${who} ${Math.max(date, base?.committed ?? 0)} +0000\n`,
    data(`${message.replaceAll("\r\n", "\n").trim()}\n`),
    ...(base === undefined ? [] : [`from ${base.commit}\n`]),
    ...gone.map((path) => `D ${path}\n`),
    ...written.map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`),
    "done\n",
  ].join("");
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
