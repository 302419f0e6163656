import { z } from "zod";
import { whyNotWindowsName } from "../windows-name.ts";
import { command, filledList, list, record, sentence, text } from "./fields.ts";

/** Homebrew's own names of formulae and casks; a class is named after it, so it starts with a letter. */
const brewName = text(
  "lower-case letters and digits joined by dashes, starting with a letter, at most 64",
  /^(?=.{1,64}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
);

/** What a shell takes as one word without quotes; `{etc}`, `{share}` and `{var}` are Homebrew's own folders. */
const argument = text(
  "an argument of letters, digits and . _ / : = @ % + , -, in which {etc}, {share} and {var} are Homebrew's folders",
  /^(?:[A-Za-z0-9._/:=@%+,-]|\{(?:etc|share|var)\}){1,200}$/,
);

const commandLine = (what: string) => z.tuple([command], { error: what }).rest(argument);

/** The section `homebrew:`; what one field alone may be. `desc` has more rules, which depend on the names. */
export const homebrewSchema = record("a map with desc, and formula or cask", {
  desc: sentence("a description", 80).describe("One phrase that starts with a capital letter, without a full stop"),
  formula: brewName.exactOptional().describe("Name of the formula, of the .tar.gz of macOS and Linux; none: none"),
  cask: brewName.exactOptional().describe("Name of the cask, of the .pkg; none: none"),
  service: commandLine("a list: a command and its arguments")
    .exactOptional()
    .describe("What `brew services` runs: a command and its arguments; left out: there is no service"),
  test: commandLine("a list: a command and its arguments")
    .exactOptional()
    .describe("What prints the version, for `brew test`; left out: the first command with --version"),
  caveats: filledList("a list of at least one line", sentence("a line", 500))
    .exactOptional()
    .describe("What a person is told after the installation"),
});

const part = "[A-Za-z0-9][A-Za-z0-9+_-]{0,31}";
const identifier = "two to eight names joined by dots, such as Publisher.Name, each of at most 32 letters and digits";
/** The schema takes more letters; these are what every file system and address holds unescaped. */
const packageIdentifier = text(identifier, new RegExp(`^(?=.{3,128}$)${part}(?:\\.${part}){1,7}$`)).refine(
  (id) => id.split(".").every((name) => whyNotWindowsName(name) === undefined),
  { error: `${identifier}, none of them a device of Windows` },
);
const tag = text("one word of at most 40 letters, digits and . + _ -", /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,39}$/);
/** The schema wants two letters of a name, three of a description. */
const atLeast = (what: string, least: number, most: number) =>
  sentence(`${what} of at least ${least} letters`, most).min(least, {
    error: `${what} of at least ${least} letters in one line of at most ${most} letters`,
  });

/** The section `winget:`. */
export const wingetSchema = record("a map with identifier", {
  identifier: packageIdentifier.describe("PackageIdentifier; it never changes"),
  publisher: atLeast("a publisher", 2, 256)
    .exactOptional()
    .describe("Who publishes it, as Windows lists it; the maintainer when left out"),
  name: atLeast("a name", 2, 256).exactOptional().describe("What Windows lists; the title of the .msi when left out"),
  moniker: tag.exactOptional().describe("The word that people type"),
  tags: list("a list of tags", tag)
    .max(16, { error: "a list of at most 16 tags" })
    .refine((tags) => new Set(tags).size === tags.length, { error: "each tag once" })
    .default([]),
  "short-description": atLeast("a description", 3, 256).exactOptional().describe("The summary when left out"),
});
