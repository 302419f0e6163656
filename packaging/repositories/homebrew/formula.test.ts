import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import fc from "fast-check";
import { assertGolden } from "../../__fixtures__/golden.ts";
import { scratch } from "../../formats/__fixtures__/scratch.ts";
import type { ReleaseRecord } from "../../record/record.ts";
import { hostile, oddRecord, sampleRecord } from "../__fixtures__/records.ts";
import { caskText } from "./cask.ts";
import { formulaText, type TappedRelease } from "./formula.ts";
import { rubyLicence } from "./licence.ts";
import { rubyHeredoc, rubyString, rubyTemplate } from "./ruby.ts";

const tapped = (record: ReleaseRecord, more: Partial<TappedRelease> = {}): TappedRelease => ({
  record,
  folder: record.version,
  url: "https://releases.example",
  versionScheme: 0,
  ...more,
});

function formula(release: TappedRelease): string {
  const facts = release.record.homebrew?.formula;
  assert.ok(facts);
  return formulaText(release, facts);
}

describe("a formula", () => {
  it("of the repository's own product", async (t) => {
    const text = formula(tapped(await sampleRecord(await scratch(t))));
    assertGolden(import.meta.url, "runtime.rb", text);
    assertRuby(text);
  });

  it("of a pre-release with two commands, without a service, whose texts are hostile", () => {
    const text = formula(tapped(oddRecord("1.0.0-rc.1")));
    assertGolden(import.meta.url, "odd-tool2.rb", text);
    assertRuby(text);
  });

  it("of work in progress that went back twice, for macOS alone", () => {
    const record = oddRecord("1.0.0");
    const mac = record.artifacts.filter(({ target }) => target === "macos-universal");
    const text = formula(tapped({ ...record, artifacts: mac }, { folder: "1.0.0+0123456789ab", versionScheme: 2 }));
    assert.match(text, /^ {2}license .*\n {2}version_scheme 2\n\n {2}depends_on :macos\n\n {2}def install$/m);
    assert.match(text, /url "https:\/\/releases\.example\/releases\/odd\/1\.0\.0%2B0123456789ab\/odd-1\.0\.0-macos/);
    assertRuby(text);
  });

  it("has the same class name that Homebrew makes of its file's", () => {
    assert.match(formula(tapped(oddRecord("1.0.0"))), /^class OddTool2 < Formula$/m);
  });
});

describe("a cask", () => {
  it("of the repository's own product", async (t) => {
    const record = await sampleRecord(await scratch(t));
    const facts = record.homebrew?.cask;
    assert.ok(facts);
    const text = caskText(tapped(record), facts);
    assertGolden(import.meta.url, "runtime-installer.rb", text);
    assertRuby(text);
    const two = caskText(tapped(record), { ...facts, launchd: ["a.b", "a.c"], zap: [], minimumSystem: "11.0" });
    assert.match(two, /^ {2}uninstall launchctl: \[\n {14}"a\.b",\n {14}"a\.c",\n {12}\],\n {12}pkgutil: {3}"/m);
    assert.doesNotMatch(two, /zap|depends_on/);
    assertRuby(two);
  });
});

describe("Ruby", () => {
  it("reads back every text as it was", () => {
    const texts = fc.sample(
      fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: fc.constantFrom(..."#{}$@\\\"'n:") })),
      {
        numRuns: 400,
        seed: 7,
      },
    );
    const all = [...texts, hostile, "EOS", "#", "#{", "a\tb\u0007"].filter((text) => text.isWellFormed());
    assert.deepEqual(inRuby(`[${all.map(rubyString).join(",\n")}]`), all);
    const lines = all.filter((text) => /^\S.*$/u.test(text) && !/[\n\r]/.test(text));
    assert.deepEqual(inRuby(`(${rubyHeredoc(lines, "    ")}\n)`), `${lines.join("\n")}\n`);
    assert.deepEqual(
      inRuby(`etc = "/opt/etc"; [${all.map((text) => rubyTemplate(text, { "{etc}": "etc" })).join(",\n")}]`),
      all.map((text) => text.replaceAll("{etc}", "/opt/etc")),
    );
  });

  it("gets licences as Homebrew has them", () => {
    for (const [expression, ruby] of [
      ["MIT", '"MIT"'],
      ["MIT OR Apache-2.0", 'any_of: ["MIT", "Apache-2.0"]'],
      ["MIT AND 0BSD", 'all_of: ["MIT", "0BSD"]'],
      ["(MIT OR 0BSD) AND ISC", 'all_of: [{ any_of: ["MIT", "0BSD"] }, "ISC"]'],
      ["MIT OR (ISC AND 0BSD)", 'any_of: ["MIT", { all_of: ["ISC", "0BSD"] }]'],
      ["GPL-2.0-only WITH Classpath-exception-2.0", '"GPL-2.0-only" => { with: "Classpath-exception-2.0" }'],
      ["MIT OR LicenseRef-ours", 'any_of: ["MIT", :cannot_represent]'],
    ] as const)
      assert.equal(rubyLicence(expression), ruby);
  });
});

/** `ruby -c`: is it Ruby at all? */
function assertRuby(text: string): void {
  const { stdout, stderr } = spawnSync("ruby", ["-c"], { input: text, encoding: "utf8" });
  assert.equal(stdout, "Syntax OK\n", `${stderr}\n${text}`);
}

/** What an expression is in Ruby. */
function inRuby(expression: string): unknown {
  const program = `# encoding: utf-8\nrequire "json"\n$stdout.write JSON.generate((${expression}))\n`;
  const { stdout, stderr } = spawnSync("ruby", ["-"], {
    input: program,
    encoding: "utf8",
    env: { ...process.env, LANG: "C.UTF-8" },
  });
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout);
}
