import assert from "node:assert/strict";
import { test } from "node:test";
import { type Command, choice, parseCommand } from "./command.ts";

const command: Command = {
  summary: "",
  help: "",
  options: { format: { type: "string" }, all: { type: "boolean" } },
  arguments: ["A", "B"],
  run: async () => 0,
};
const parse = (...args: readonly string[]) => parseCommand("try", command, args);

test("options may stand anywhere, and values beside them or behind =", () => {
  for (const args of [
    ["--format", "json", "a", "b", "--all"],
    ["a", "--all", "b", "--format=json"],
  ]) {
    const given = parse(...args);
    assert.ok(given !== "help");
    assert.deepEqual([...given.positionals, given.option("format"), given.flag("all")], ["a", "b", "json", true]);
  }
  const given = parse("--", "--a", "-b");
  assert.ok(given !== "help");
  assert.deepEqual([...given.positionals, given.option("format"), given.flag("all")], ["--a", "-b", undefined, false]);
});

test("an argument in brackets may be left out", () => {
  const optional = { ...command, arguments: ["A", "[B]"] };
  for (const args of [["a"], ["a", "b"]]) {
    const given = parseCommand("try", optional, args);
    assert.ok(given !== "help");
    assert.deepEqual(given.positionals, args);
  }
  for (const args of [[], ["a", "b", "c"]]) {
    assert.throws(() => parseCommand("try", optional, args), {
      message: /^slipway try takes A and \[B\], and was given/,
    });
  }
});

test("--help and -h ask for help, whatever else there is", () => {
  for (const args of [["--help"], ["-h"], ["--wrong", "a", "--help"]]) assert.equal(parse(...args), "help");
});

const refused: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [
    [],
    /^slipway try takes A and B, and was given none\. {2}\[SLW-COMMAND\]\n +slipway try --help says what it takes\.$/,
  ],
  [["a"], /takes A and B, and was given a\./],
  [["a", "b", "c"], /was given a b c\./],
  [["a", "b", "--fromat", "json"], /^slipway try has no option --fromat\..*\n +Did you mean --format\?$/],
  [["a", "b", "--xyz"], /has no option --xyz\..*\n +slipway try --help/],
  [["a", "b", "-x"], /has no option -x\./],
  [["a", "b", "--constructor"], /has no option --constructor\./],
  [["a", "b", "--format"], /--format needs a value\./],
  [["a", "b", "--all=yes"], /--all takes no value\./],
];

for (const [args, message] of refused) {
  test(`refused in one sentence: ${args.join(" ") || "nothing"}`, () => {
    assert.throws(() => parse(...args), { code: "SLW-COMMAND", message });
  });
}

test("a choice is its first where nothing was given", () => {
  assert.equal(choice("--format", undefined, ["text", "json"]), "text");
  assert.equal(choice("--format", "json", ["text", "json"]), "json");
  assert.throws(() => choice("--format", "yaml", ["text", "json"]), {
    code: "SLW-COMMAND",
    message: /^--format is one of text, json, and was given "yaml"\./,
  });
});
