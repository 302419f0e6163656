import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { readPreviews, reportOf } from "./previews.ts";

const url = "https://github.example/team/product/actions/runs/7";

test("each stack has its section; one without a preview says so", async (context) => {
  const folder = await scratch(context);
  await writeFile(path.join(folder, "candidate.md"), "### `runtime 1.0.0 → 1.1.0`\n\n```diff\n+ a@b\n```\n");
  const previews = await readPreviews(folder, ["candidate", "release"]);
  assert.equal(
    reportOf(previews, 1000, url),
    `## candidate

### \`runtime 1.0.0 → 1.1.0\`

\`\`\`diff
+ a@b
\`\`\`

## release

Its preview left no text here. [The run](${url}) shows what it printed.
`,
  );
});

test("a stack with much to say hides no other, and all of it has the length", () => {
  const long = { stack: "candidate", text: `\`\`\`diff\n${"+ a line\n".repeat(10_000)}\`\`\`\n` };
  const report = reportOf([long, { stack: "release", text: "**Nothing changes.**" }], 2000, url);
  assert(report.length <= 2000, String(report.length));
  assert.match(
    report,
    /\n\+ a line\n```\n\nThe rest does not fit here\. \[The run\]\(.*\) has all of it\.\n\n## release\n\n\*\*Nothing/,
  );
});

test("where no address of the run is known, it is named without one", () => {
  assert.match(
    reportOf([{ stack: "dev", text: undefined }], 1000, undefined),
    /The output of the run shows what it printed\.\n$/,
  );
});
