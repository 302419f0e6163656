import assert from "node:assert/strict";
import { test } from "node:test";
import { debJob } from "../__fixtures__/courier.ts";
import { controlFields, controlText } from "./control.ts";

test("Installed-Size counts each file's started KiB and one for every other entry", () => {
  // Ten files of less than a KiB, a link, and the directories.
  const job = debJob({});
  const directories = job.tree.entries.filter(({ type }) => type !== "file").length;
  assert.equal(new Map(controlFields(job)).get("Installed-Size"), `${9 + directories}`);
});

const bad: readonly (readonly [what: string, name: string, value: string])[] = [
  ["a value that begins a field of its own", "Section", "misc\nEssential: yes"],
  ["a value that ends the paragraph", "Section", "misc\n\nPackage: other"],
  ["a line of blanks, which ends the paragraph too", "Section", "misc\n  \n more"],
  ["an empty value", "Section", ""],
  ["a value that begins with a line break", "Section", "\n misc"],
  ["a carriage return", "Section", "misc\r"],
  ["a name with a colon", "Sec:tion", "misc"],
  ["a name with a blank", "Sec tion", "misc"],
  ["an empty name", "", "misc"],
];

for (const [what, name, value] of bad) {
  test(`${what} is refused`, () => {
    assert.throws(() => controlText(debJob({ format: { control: [[name, value]] } })), { code: "SLW-FORMAT" });
  });
}
