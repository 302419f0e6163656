import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { assertGolden } from "../__fixtures__/golden.ts";
import { assertRefusal, holdsRows } from "../__fixtures__/refused.ts";
import { SlipwayError } from "../errors.ts";
import { entryFor, parseGovernanceLog, readGovernanceLog } from "./governance-log.ts";

const file = "docs/log.md";
const digest = "0123456789abcdef".repeat(4);
const other = "f".repeat(64);

const log = `# Decisions

How to write one:

\`\`\`
## example 1.0.0
- record: nobody's
\`\`\`

## runtime 1.4.1

- record: ${digest}
- evidence: https://evidence.example/1.4.1?run=7#tests
- decided: 2026-11-28 by Ana Ünal and Bo
- drops: macos-universal, linux-aarch64

## agent.x 2.0.0-rc.1
- decided: 2026-11-28 by Bo
- evidence: https://evidence.example/agent
- record: ${other}
`;

const entries = [
  {
    product: "runtime",
    version: "1.4.1",
    record: digest,
    evidence: "https://evidence.example/1.4.1?run=7#tests",
    drops: ["macos-universal", "linux-aarch64"],
  },
  {
    product: "agent.x",
    version: "2.0.0-rc.1",
    record: other,
    evidence: "https://evidence.example/agent",
    drops: [],
  },
];

test("entries are read in their order, and examples are none", () => {
  assert.deepEqual(parseGovernanceLog(log, file), entries);
  assert.deepEqual(parseGovernanceLog(`\ufeff${log.replaceAll("\n", "\r\n")}`, file), entries, "as Windows writes it");
  assert.deepEqual(
    parseGovernanceLog(log.replace("```\n## ex", "~~~~ text\n```\n## ex").replace("```\n\n", "~~~~~\n\n"), file),
    entries,
  );
});

test("a log may have no entry yet", () => {
  for (const text of ["", "# Decisions\n", "Nothing was decided yet: record no entry\n- not a field\n"])
    assert.deepEqual(parseGovernanceLog(text, file), []);
});

test("blanks that Markdown does not show change nothing", () => {
  const loose = log.replace("## runtime", " ##   runtime").replaceAll("\n- ", "\n\n  -  ").replace("Bo\n", "Bo  \n");
  const starred = log.replaceAll("\n- ", "\n* ");
  for (const text of [loose, starred]) assert.deepEqual(parseGovernanceLog(text, file), entries);
});

test("the entry of a version is the newest one", () => {
  const again = `## runtime 1.4.1\n- record: ${other}\n- evidence: https://a.example\n- decided: 2026-12-01 by Bo\n\n`;
  const read = parseGovernanceLog(log.replace("## runtime", `${again}## runtime`), file);
  assert.equal(entryFor(read, "runtime", "1.4.1")?.record, other);
  assert.equal(entryFor(read, "agent.x", "2.0.0-rc.1")?.record, other);
  assert.equal(entryFor(read, "runtime", "1.4.0"), null);
  assert.equal(entryFor(read, "agent", "1.4.1"), null);
});

test("the keyring is decided upon by the number of its set of keys, and no other product has its name", () => {
  const read = parseGovernanceLog(log.replace("## agent.x 2.0.0-rc.1", "## team-archive-keyring 2.0.0"), file);
  assert.equal(entryFor(read, "team-archive-keyring", "2.0.0")?.product, "team-archive-keyring");
  const wrong = { code: "SLW-GATE", message: /-archive-keyring/ };
  for (const heading of [
    "team-archive-keyring 2.1.0",
    "team-archive-keyring 0.0.0",
    "x-archive-keyring-archive-keyring 1.0.0",
  ])
    assert.throws(() => parseGovernanceLog(log.replace("## agent.x 2.0.0-rc.1", `## ${heading}`), file), wrong);
});

/** One slip in the log: a piece of it, and what it becomes; `»` stands where the one mistake must point. */
// biome-ignore format: a table, one row for each slip
const slips: readonly (readonly [name: string, was: string, becomes: string, ...says: string[]])[] = [
  // Markdown
  ["code block without end", "```\n\n## runtime", "\n## runtime", "end of this code block", "Close it with a line ```"],
  ["code block closed by fewer marks", "```\n## example", "»````\n## example", "end of this code block", "line ````"],
  ["code block closed by other marks", "```\n## example", "»~~~\n## example", "end of this code block"],
  ["code block closed with a word", "nobody's\n```", "nobody's\n```text", "end of this code block"],
  ["comment in the introduction", "How to write", "How »<!-- to write", 'found a comment ("<!--")', "hides entries"],
  ["comment around an entry", "## runtime", "»<!--\n## runtime", 'found a comment ("<!--")'],
  ["comment in a heading", "## runtime 1.4.1", "## runtime 1.4.1 »<!-- -->\n\n## runtime 1.4.1", 'found a comment'],
  ["entry as a third-level heading", "## agent", "»### agent", "a heading of another level", "two begin an entry"],
  ["entry as a first-level heading", "## agent", "»# agent", "a heading of another level"],
  ["first entry of another level", "# Decisions", "»#### Decisions", "a heading of another level"],
  ["second title", "## agent", "»# Agent\n\n## agent", "a heading of another level"],
  ["a remark", "## agent", "»We were not sure.\n\n## agent", "expected a field of the entry", "Say the rest where the evidence is"],
  ["a rule between entries", "## agent", "»---\n\n## agent", "found other text"],
  ["a field that goes on", "#tests\n", "#tests\n  »and the rest\n", "found other text"],
  ["a field without a colon", "- drops: macos", "»- drops macos", "found other text"],
  ["a field as code", "- drops: macos", "    »- drops: macos", "found other text"],
  ["an escape sequence", "## agent", "»\u001b[2J\n\n## agent", "found other text"],
  // Headings
  ["no version", "## runtime 1.4.1", "## »runtime", 'expected a product and a version such as "## runtime 1.4.0", found "runtime"'],
  ["no product", "## runtime 1.4.1", "## »1.4.1", "expected a product and a version"],
  ["nothing", "## runtime 1.4.1", "##»", "expected a product and a version", "found nothing"],
  ["a date behind", "## runtime 1.4.1", "## »runtime 1.4.1 (2026-11-28)", "expected a product and a version"],
  ["marks at both ends", "## runtime 1.4.1", "## »runtime 1.4.1 ##", "expected a product and a version"],
  ["a colon between", "## runtime 1.4.1", "## »runtime: 1.4.1", "product: expected lower-case letters"],
  ["product in capitals", "## runtime 1.4.1", "## »Runtime 1.4.1", 'found "Runtime"', "Write runtime"],
  ["product that goes up", "## runtime 1.4.1", "## »../runtime 1.4.1", "product: expected lower-case letters"],
  ["product beyond reading", "## runtime 1.4.1", `## »${"r".repeat(5000)} 1.4.1`, "product: expected lower-case letters", "…"],
  ["the keyring", "## runtime 1.4.1", "## »x-archive-keyring 1.4.1", "does not end in -archive-keyring"],
  ["version with a v", "## runtime 1.4.1", "## runtime »v1.4.1", "version: expected a semantic version", "Leave out the v: 1.4.1"],
  ["version of two numbers", "## runtime 1.4.1", "## runtime »1.4", "version: expected a semantic version", '"1.4.0"'],
  ["version of work in progress", "## runtime 1.4.1", "## runtime »1.4.1+0123456789ab", "version: expected a semantic version", "Leave out what follows the +: 1.4.1"],
  ["version as a range", "## runtime 1.4.1", "## runtime »1.4.x", "version: expected a semantic version", "A range"],
  // Fields
  ["unknown field", "- drops:", "- »approved: yes\n- drops:", "field approved is not one of: record, evidence, decided, drops"],
  ["misspelt field", "- drops:", "- »dorps:", "field dorps is not one of", "Did you mean drops?"],
  ["field in capitals", "- drops:", "- »Drops:", "field Drops is not one of", "Did you mean drops?"],
  ["field of the language", "- drops:", "- »__proto__: x\n- drops:", "field __proto__ is not one of"],
  ["field in bold", "- drops:", "- »**drops**:", "field **drops** is not one of"],
  ["field twice", "- drops:", `- »record: ${other}\n- drops:`, "record: expected once, found again"],
  ["no record", `- record: ${other}\n`, "", "record: expected the SHA-256 of the release record, found nothing", 'Add "- record: ..."'],
  ["no evidence", "- evidence: https://evidence.example/agent\n", "", "evidence: expected an https address, found nothing"],
  ["no decision", "- decided: 2026-11-28 by Bo\n", "", "decided: expected a day and who decided, found nothing"],
  ["empty record", `- record: ${digest}`, "- record:»", "record: expected 64 hexadecimal digits in lower case, found nothing", "A preview of the promotion names it"],
  ["record in capitals", `record: ${digest}`, `record: »${digest.toUpperCase()}`, "record: expected 64", `Write ${digest}`],
  ["record with its kind", `record: ${digest}`, `record: »sha256:${digest}`, "record: expected 64", `Write ${digest}`],
  ["record as code", `record: ${digest}`, `record: »\`${digest}\``, "record: expected 64", `Write ${digest}`],
  ["short record", `record: ${digest}`, "record: »0123…ef", "record: expected 64 hexadecimal digits in lower case", "A preview"],
  ["record with a digit more", `record: ${digest}`, `record: »${digest}0`, "record: expected 64"],
  ["two records", `record: ${digest}`, `record: »${digest} ${other}`, "record: expected 64"],
  ["empty evidence", "- evidence: https://evidence.example/agent", "- evidence:»", "evidence: expected an https address, found nothing"],
  ["evidence over http", "https://evidence.example/agent", "»http://evidence.example/agent", "evidence: expected an https address", "Write https://evidence.example/agent"],
  ["evidence as a link", "https://evidence.example/agent", "»[tests](https://evidence.example/agent)", "evidence: expected an https address", "Write https://evidence.example/agent"],
  ["evidence in brackets", "https://evidence.example/agent", "»<https://evidence.example/agent>", "evidence: expected an https address", "Write https://evidence.example/agent"],
  ["evidence with a password", "https://evidence.example/agent", "»https://bo:secret@evidence.example/agent", "evidence: expected an https address", "https://*********@evidence"],
  ["evidence with a password over http", "https://evidence.example/agent", "»http://bo:secret@evidence.example/agent", "evidence: expected an https address", "Write https://*********@evidence"],
  ["evidence as a link to a script", "https://evidence.example/agent", "»[tests](javascript:alert(1))", "evidence: expected an https address"],
  ["evidence as a script", "https://evidence.example/agent", "»javascript:alert(1)", "evidence: expected an https address"],
  ["evidence in words", "https://evidence.example/agent", "»see the review", "evidence: expected an https address"],
  ["evidence with a blank", "https://evidence.example/agent", "»https://evidence.example/agent and more", "evidence: expected an https address"],
  ["evidence beyond reading", "https://evidence.example/agent", `»https://evidence.example/${"a".repeat(3000)}`, "at most 2000 letters"],
  ["decided by nobody", "2026-11-28 by Bo\n- ev", "»2026-11-28\n- ev", 'decided: expected a day and who decided such as "2026-11-28 by Ana Example", found "2026-11-28"'],
  ["decided by a blank", "2026-11-28 by Bo\n- ev", "»2026-11-28 by \n- ev", "decided: expected a day and who decided"],
  ["decided on no day", "2026-11-28 by Bo\n- ev", "»by Bo\n- ev", "decided: expected a day and who decided"],
  ["decided on a day that never was", "2026-11-28 by Bo\n- ev", "»2026-02-30 by Bo\n- ev", "decided: expected a day and who decided"],
  ["decided in another notation", "2026-11-28 by Bo\n- ev", "»28.11.2026 by Bo\n- ev", "decided: expected a day and who decided"],
  ["decided at a time", "2026-11-28 by Bo\n- ev", "»2026-11-28T10:00:00Z by Bo\n- ev", "decided: expected a day and who decided"],
  ["decided by an escape sequence", "2026-11-28 by Bo\n- ev", "»2026-11-28 by \u001b[2J\n- ev", "decided: expected a day and who decided"],
  ["decided after the entry above", "2026-11-28 by Bo\n- ev", "»2026-11-29 by Bo\n- ev", "decided: expected the newest entry first, found 2026-11-29 below 2026-11-28", "stands above all others"],
  ["empty drops", "drops: macos-universal, linux-aarch64", "drops:»", "drops: expected targets", "Leave the field out"],
  ["drops of nothing", "drops: macos-universal, linux-aarch64", "drops: »none", "drops: expected targets with a comma between them", "Leave the field out"],
  ["drops of another name", "macos-universal, linux", "»macos-universl, linux", "of: linux-x86_64, linux-aarch64, macos-universal, windows-x86_64", "Did you mean macos-universal?"],
  ["drops twice the same", "macos-universal, linux-aarch64", "»macos-universal, macos-universal", "each once"],
  ["drops without commas", "macos-universal, linux-aarch64", "»macos-universal linux-aarch64", "drops: expected targets"],
];

for (const [name, was, becomes, ...says] of slips)
  test(`a slip in the log: ${name}`, () => {
    assert.equal(log.split(was).length, 2, "the table edits the one piece that it means");
    const marked = log.replace(was, () => becomes);
    const error = mistakesIn(marked.replace("»", ""));
    const { place } = assertRefusal(error, "SLW-GATE", says[0] ?? "");
    assert.equal(place?.file, file);
    if (marked.includes("»")) {
      const before = marked.slice(0, marked.indexOf("»")).split("\n");
      assert.deepEqual(place, { file, line: before.length, column: [...(before.at(-1) ?? "")].length + 1 });
    }
    assert.doesNotMatch(error.message, /secret/);
    for (const piece of says) assert.ok(error.message.includes(piece), `${piece} in: ${error.message}`);
  });

holdsRows("governance log", 65, slips);

test("all mistakes at once, in the order of the file, each with its line and what to write", () => {
  const bad = log
    .replace("# Decisions", "### Decisions")
    .replace("runtime 1.4.1", "Runtime v1.4.1")
    .replace(digest, digest.slice(1))
    .replace("- drops", "- dorps")
    .replace("evidence.example/agent", "evidence example/agent")
    .replace(`- record: ${other}\n`, "\n> approved\n");
  assertGolden(import.meta.url, "many-mistakes.txt", `${mistakesIn(bad).message}\n`);
});

test("of hundreds of mistakes a hundred are told, and of a file of another kind only its size", () => {
  const { mistakes } = mistakesIn(`## a\n${"what\n".repeat(300)}`);
  assert.equal(mistakes.length, 101);
  assert.equal(mistakes.at(-1)?.message, "docs/log.md: 204 more mistakes, not shown");
  const large = mistakesIn(`# Log\n${"x".repeat(1 << 20)}`);
  assert.equal(
    large.message,
    "docs/log.md: expected a governance log of at most 1 MiB, found a larger file  [SLW-GATE]",
  );
});

for (const [name, text] of [
  ["headings", "## a 1.0.0\n".repeat(80_000)],
  ["fields", `## a 1.0.0\n${"- a:\n".repeat(200_000)}`],
  ["blanks", `##${" ".repeat(1 << 19)}x\n- a:${" ".repeat(1 << 19)}`.slice(0, 1 << 20)],
  ["marks", "`".repeat(1 << 20)],
  ["hashes", "#".repeat(1 << 20)],
  ["comments", "<!--".repeat(1 << 18)],
] as const)
  test(`made to be slow: ${name}`, { timeout: 30_000 }, () => {
    try {
      parseGovernanceLog(text, file);
    } catch (error) {
      assert.ok(error instanceof SlipwayError && error.message.length < 1 << 20, String(error).slice(0, 1000));
    }
  });

test("any damage to the log is answered with entries or with mistakes in the file", () => {
  const damage = fc.record({
    at: fc.nat(log.length),
    cut: fc.nat(12),
    put: fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom("\n", "```", "- ", "## ", ": ", "<!--", "    ", "\r")),
  });
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
      const text = damages.reduce((was, { at, cut, put }) => was.slice(0, at) + put + was.slice(at + cut), log);
      try {
        for (const entry of parseGovernanceLog(text, file)) assert.match(entry.record, /^[0-9a-f]{64}$/);
      } catch (error) {
        assert.ok(error instanceof SlipwayError, String(error));
        for (const { place } of error.mistakes) assert.ok(place !== undefined && place.line >= 1 && place.column >= 1);
      }
    }),
    { numRuns: 300 },
  );
});

test("a log that is not there is told at the setting that names it", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-log-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "log.md");
  await assert.rejects(readGovernanceLog(path, file), (error) => {
    const { setting } = assertRefusal(error, "SLW-GATE", "docs/log.md: expected a governance log, found no such file");
    assert.deepEqual(setting, ["governance"]);
    return true;
  });
  await writeFile(path, log);
  assert.deepEqual(await readGovernanceLog(path, file), entries);
  await writeFile(path, Buffer.from(log, "latin1"));
  await assert.rejects(
    readGovernanceLog(path, file),
    /^SlipwayError: docs\/log\.md: expected UTF-8 text, found other bytes/,
  );
});

test("this repository's own log is one", async () => {
  const own = new URL("../../docs/process/governance-log.md", import.meta.url);
  await assert.doesNotReject(readGovernanceLog(fileURLToPath(own), "docs/process/governance-log.md"));
});

test("the example of this repository's own log is an entry as soon as it is no example", async () => {
  const page = await readFile(new URL("../../docs/process/governance-log.md", import.meta.url), "utf8");
  const example = /```\n(.*?)```/s.exec(page)?.[1] ?? "";
  const [entry, ...more] = parseGovernanceLog(example, file);
  assert.deepEqual(
    [entry?.product, entry?.version, entry?.drops, more.length],
    ["runtime", "1.4.1", ["macos-universal"], 0],
  );
});

function mistakesIn(text: string): SlipwayError {
  try {
    parseGovernanceLog(text, file);
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  return assert.fail("expected mistakes, found a log");
}
