import { stat } from "node:fs/promises";
import { readContents } from "../../contents/read-contents.ts";
import { compare, type Difference } from "../../difference/difference.ts";
import { fileSide } from "../../difference/file-side.ts";
import { findReleases } from "../../difference/find-release.ts";
import { differenceJson } from "../../difference/json.ts";
import { differenceMarkdown } from "../../difference/markdown.ts";
import { publishedSide } from "../../difference/published-side.ts";
import { differenceText } from "../../difference/text.ts";
import { refusal } from "../../errors.ts";
import { openStore } from "../../store/open-store.ts";
import { callersPath, devBucket } from "../callers-path.ts";
import { type Command, choice } from "../command.ts";

const renderers = { text: differenceText, markdown: differenceMarkdown, json: differenceJson } as const;

export const diff: Command = {
  summary: "what differs between two files, or two published versions",
  help: `slipway diff A B [--bucket DIR] [--format text|markdown|json]

A and B are two files, or two releases in a bucket: a version (1.4.0), a folder (1.4.0+0123456789ab) or a channel
(stable), with the product before it (runtime@1.4.0) where the bucket has several. Releases are compared by their
records and inventories alone: no artifact is opened. Signatures are not checked.

  --bucket DIR   the bucket, a folder or s3://NAME/PREFIX; the dev stack's where left out
  --format       text (where left out), markdown or json

Exit code, as of diff(1): 0 where A and B are the same, 1 where they differ, 2 where that cannot be told.
`,
  options: { bucket: { type: "string" }, format: { type: "string" } },
  arguments: ["A", "B"],
  failure: 2,
  run: async ({ positionals: [a = "", b = ""], option }) => {
    const render = renderers[choice("--format", option("format"), ["text", "markdown", "json"])];
    const difference = await differenceOf(a, b, option("bucket") ?? devBucket);
    process.stdout.write(render(difference));
    return difference.same ? 0 : 1;
  },
};

async function differenceOf(a: string, b: string, bucket: string): Promise<Difference> {
  const [fileA, fileB] = [callersPath(a), callersPath(b)];
  const [isA, isB] = [await isFile(fileA), await isFile(fileB)];
  if (isA && isB) {
    return compare(fileSide(await readContents(fileA), a), fileSide(await readContents(fileB), b));
  }
  if (isA || isB) {
    throw refusal("SLW-COMMAND", `${isA ? a : b} is a file, and there is no file ${isA ? b : a} to compare it with.`, {
      hint: "A file is compared with a file, a published version with a published version.",
    });
  }
  const path = [a, b].find((name) => /[\\/]|\.(?:deb|zip|json|gz|xz|zst|tar)$/.test(name));
  if (path !== undefined) throw refusal("SLW-COMMAND", `There is no file ${path}.`);
  const store = openStore(bucket, callersPath);
  const [from, to] = await findReleases(store, a, b);
  return compare(await publishedSide(store, from), await publishedSide(store, to));
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
