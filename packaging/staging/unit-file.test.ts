import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lastValueOf, parseUnit, valuesOf } from "./unit-file.ts";

const text = [
  "# a comment",
  "[Unit]",
  "Description = Runtime ",
  "",
  "[Service]\r",
  "ExecStart=/usr/bin/runtime \\",
  "  # a comment inside",
  "  --serve",
  "; another",
  "Environment=A=1",
  "User=one",
  "User=two",
  "stray",
  "ExecStartPost=/usr/bin/a",
  "ExecStartPost=",
  "ExecStartPost=/usr/bin/b\\",
].join("\n");

test("settings have their section, their value and the place of the value", () => {
  assert.deepEqual(parseUnit(text), {
    settings: [
      { section: "Unit", key: "Description", value: "Runtime", line: 3, column: 15 },
      { section: "Service", key: "ExecStart", value: "/usr/bin/runtime --serve", line: 6, column: 11 },
      { section: "Service", key: "Environment", value: "A=1", line: 10, column: 13 },
      { section: "Service", key: "User", value: "one", line: 11, column: 6 },
      { section: "Service", key: "User", value: "two", line: 12, column: 6 },
      { section: "Service", key: "ExecStartPost", value: "/usr/bin/a", line: 14, column: 15 },
      { section: "Service", key: "ExecStartPost", value: "", line: 15, column: 15 },
      { section: "Service", key: "ExecStartPost", value: "/usr/bin/b", line: 16, column: 15 },
    ],
    unreadable: [{ line: 13, text: "stray" }],
  });
});

test("an empty value forgets those before it, and the last of several counts", () => {
  const unit = parseUnit(text);
  assert.deepEqual(
    valuesOf(unit, "Service", "ExecStartPost").map((setting) => setting.value),
    ["/usr/bin/b"],
  );
  assert.equal(lastValueOf(unit, "Service", "User")?.value, "two");
  assert.equal(lastValueOf(unit, "Unit", "User"), undefined);
});

test("a setting before the first section is unreadable", () => {
  assert.deepEqual(parseUnit("User=runtime").unreadable, [{ line: 1, text: "User=runtime" }]);
});

test("what is written is read back, at the place where it stands", () => {
  const key = fc.stringMatching(/^[A-Z][A-Za-z]{0,10}$/);
  const value = fc.stringMatching(/^[!-[\]-~]{0,20}$/);
  const pad = fc.constantFrom("", " ", "  ");
  fc.assert(
    fc.property(fc.array(fc.tuple(key, pad, pad, value), { maxLength: 10 }), (settings) => {
      const rows = settings.map(([name, before, after, written]) => `${name}${before}=${after}${written}`);
      const lines = ["[Section]", ...rows];
      const unit = parseUnit(lines.join("\n"));
      assert.deepEqual(
        unit.settings.map((setting) => [setting.key, setting.value]),
        settings.map(([name, , , written]) => [name, written]),
      );
      for (const setting of unit.settings) {
        assert.equal(lines[setting.line - 1]?.slice(setting.column - 1), setting.value);
      }
    }),
  );
});

test("any text is read without an error", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."[]=\\\r\n#; aB") }), (any) => void parseUnit(any)));
});
