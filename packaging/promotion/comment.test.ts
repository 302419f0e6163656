import assert from "node:assert/strict";
import { test } from "node:test";
import { assertGolden } from "../__fixtures__/golden.ts";
import { safeMarkdown } from "../github/safe-markdown.ts";
import { whatUsersGet } from "../rollback/what-users-get.ts";
import { type Bump, bumped, differenceOf } from "./__fixtures__/version-bump.ts";
import { commentMarkdown } from "./comment.ts";

const before: Bump = { version: "1.4.0", level: 1 };

async function comment(from: Bump, to: Bump): Promise<string> {
  const users = whatUsersGet(
    { version: from.version, record: bumped(from).record },
    { version: to.version, record: bumped(to).record },
  );
  const { version } = to;
  return commentMarkdown([
    { product: "runtime", version, channel: "stable", difference: await differenceOf(from, to), users },
  ]);
}

/** What is not folded. */
const shown = (markdown: string) => markdown.slice(0, markdown.indexOf("<details>"));

test("a version bump with one changed line, two targets, three formats: it fits on a screen and names the line", async () => {
  const markdown = await comment(before, { version: "1.4.1", level: 2 });
  assertGolden(import.meta.url, "version-bump.md", markdown);
  assert.match(shown(markdown), /^ +level = 1 → level = 2$/m);
  assert.equal(shown(markdown).split("level = 1").length, 2, "once");
  assert.ok(markdown.split("\n").indexOf("<details><summary>Every artifact</summary>") <= 40);
  assert.doesNotMatch(shown(markdown), /changelog|Installed-Size|runtime-tools/);
});

test("however much changes, what is shown fits on a screen, and says that there is more", async () => {
  const more = Object.fromEntries(
    Array.from({ length: 300 }, (_, at) => [`usr/share/runtime/${at}.json`, `{"n": ${at}}\n`]),
  );
  const postinst = `#!/bin/sh\n${Array.from({ length: 60 }, (_, at) => `echo ${at}\n`).join("")}`;
  const markdown = await comment(before, { version: "1.4.1", level: 2, more, postinst });
  assert.ok(shown(markdown).split("\n").length <= 45, shown(markdown));
  assert.match(shown(markdown), /^… and \d+ more changes$/m);
});

test("the first release of a channel, and products that stay byte for byte", async () => {
  const common = { product: "runtime", version: "1.4.0", channel: "stable" };
  assert.equal(
    commentMarkdown([{ ...common, difference: undefined, users: [] }]),
    "### `runtime 1.4.0`, the first on stable\n",
  );
  const same = { ...common, difference: await differenceOf(before, before), users: ["  apt   the same"] };
  assert.equal(commentMarkdown([same, { ...same, product: "other" }]), "");
});

test("nothing that a bundle names can leave its block, and nobody is told", async () => {
  const hostile = {
    "usr/share/`````\u202egnp": "one\n",
    "usr/share/``` @team": "```\n\n# heading @team\n</details>\n",
    "usr/share/<img src=x> @team": "two\n",
    "usr/share/~~~ @everyone": "</details>\n\u001b[2J# heading\n",
  };
  const changed = Object.fromEntries(
    Object.entries(hostile).map(([path, text]) => [path, `${text}@team \`\`\`\`\`\`\`\n`]),
  );
  for (const [from, to] of [
    [{}, hostile],
    [hostile, changed],
    [hostile, {}],
  ] as const) {
    const markdown = await comment({ ...before, more: from }, { version: "1.4.1", level: 1, more: to });
    let fence = "";
    for (const line of safeMarkdown(markdown).split("\n")) {
      assert.doesNotMatch(line, /[\u202e\p{Cc}]/u);
      const [, ticks = "", kind] = /^(`{3,})(diff)?$/.exec(line) ?? [];
      if (fence === "" && ticks !== "") {
        assert.equal(kind, "diff", line);
        fence = ticks;
      } else if (ticks.length >= fence.length && ticks !== "" && kind === undefined) fence = "";
      else if (fence === "") assert.doesNotMatch(line, /@team|@everyone|<img|# heading/, line);
    }
    assert.equal(fence, "", "every block is closed");
  }
});
