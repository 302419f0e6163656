import { blobId } from "../git/differences.ts";
import { sideBySide } from "../side-by-side.ts";
import { contentsAnswer } from "./answers.ts";
import { type Change, encoded } from "./change.ts";
import type { GitHub } from "./github.ts";

/** Requests at a time: GitHub counts those that come at once. */
const width = 4;

/** Id of the file at each of these paths in a commit or branch; undefined where there is none. */
export async function fileIds(
  github: GitHub,
  repository: string,
  ref: string,
  paths: readonly string[],
): Promise<readonly (string | undefined)[]> {
  return sideBySide(paths, width, async (path) => {
    const question = {
      method: "GET",
      repository,
      path: `contents/${encoded(path)}?ref=${encodeURIComponent(ref)}`,
      needs: "contents: read",
    } as const;
    const found = await github.find(question, contentsAnswer);
    // A folder in a file's place is a list.
    return found === undefined || Array.isArray(found) || found.type !== "file" ? undefined : found.sha;
  });
}

/** Whether a commit has all that a change writes, and nothing of what it removes. */
export async function holds(
  github: GitHub,
  repository: string,
  ref: string,
  { files, removed }: Pick<Change, "files" | "removed">,
): Promise<boolean> {
  const ids = await fileIds(github, repository, ref, [...Object.keys(files), ...removed]);
  const wanted = [...Object.values(files).map(blobId), ...removed.map(() => undefined)];
  return wanted.every((id, at) => id === ids[at]);
}
