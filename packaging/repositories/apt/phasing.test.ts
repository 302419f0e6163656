import assert from "node:assert/strict";
import { test } from "node:test";
import { names, release } from "./__fixtures__/releases.ts";
import { parseParagraph } from "./deb822.ts";
import { phased, phasingTexts } from "./phasing.ts";
import { indexTexts } from "./suite.ts";

const releases = [
  { ...release("runtime", "1.1.0"), current: true },
  release("runtime", "1.0.0"),
  { ...release("agent", "0.3.0"), current: true },
];

/** `package version` → percentage, of the packages of amd64 that have one. */
function percentages(phasing: Readonly<Record<string, number>>): Record<string, string> {
  const packages = indexTexts(names, releases, phasing).find(({ path }) => path === "main/binary-amd64/Packages");
  const paragraphs = Buffer.concat(packages?.pieces ?? [])
    .toString()
    .split(/(?<=\n)\n/)
    .slice(0, -1);
  assert.equal(paragraphs.length, 6);
  const found: Record<string, string> = {};
  for (const text of paragraphs) {
    const fields = parseParagraph(text);
    assert.ok(fields, text);
    const percentage = fields.get("Phased-Update-Percentage");
    if (percentage !== undefined) found[`${fields.get("Package")} ${fields.get("Version")}`] = percentage;
  }
  return found;
}

test("the current version of the product has the field, and no other has", () => {
  assert.deepEqual(percentages({ runtime: 10 }), { "runtime 1.1.0-1": "10", "runtime-bin 1.1.0-1": "10" });
  assert.deepEqual(percentages({ agent: 0 }), { "agent 0.3.0-1": "0", "agent-bin 0.3.0-1": "0" });
});

test("100 and unset are no field", () => {
  assert.deepEqual(percentages({}), {});
  assert.deepEqual(indexTexts(names, releases, { runtime: 100 }), indexTexts(names, releases));
});

test("the field follows the stanza as it is otherwise", () => {
  const [current] = releases;
  assert.ok(current);
  const [before = "", after] = [current, { ...current, packages: phased(current, { runtime: 7 }) }].map(
    (it) => `${it.packages[0]?.text}`,
  );
  assert.equal(after, `${before.slice(0, -1)}Phased-Update-Percentage: 7\n\n`);
});

test("a diff says what users see", () => {
  const texts = phasingTexts({ a1: 0, b1: 30, c1: 100 });
  assert.match(texts["a1"] ?? "", /about 99 of 100 machines .* keep it for now; a brake, not a stop: new installs/);
  assert.match(texts["b1"] ?? "", /^30 %: about 30 of 100 machines that have an earlier version upgrade; new installs/);
  assert.equal(texts["c1"], "100 %: every machine that has an earlier version upgrades");
});
