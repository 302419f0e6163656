import type { Contents } from "../contents/contents.ts";
import type { Side } from "./difference.ts";

/** A file as a side, called by what it was asked for; what was read of it is its one artifact. */
export function fileSide(contents: Contents, name: string): Side {
  const { format, facts, size, sha256, control = [], entries, scripts = {}, texts = {} } = contents;
  return {
    name,
    facts: Object.entries({ format, ...facts }).map(([fact, value]) => [fact, `${value}`] as const),
    artifacts: [{ role: "file", target: "", name: contents.name, size, sha256, control, entries, scripts, texts }],
  };
}
