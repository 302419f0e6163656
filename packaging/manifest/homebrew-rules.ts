import { targets } from "../targets.ts";
import type { Draft } from "./draft.ts";
import { type Finding, named } from "./finding.ts";
import { nearest } from "./nearest.ts";

/** The rules of `homebrew:` that its fields have with each other, and with what the targets make. */
export function* homebrewRules(draft: Draft): Generator<Finding> {
  if (draft.homebrew === undefined) return;
  const { formula, cask, desc } = draft.homebrew.value;
  yield* neededArtifacts(draft, formula, cask);
  if (desc !== undefined) yield* descMistakes(desc, { formula, cask });
  yield* brewCommands(draft);
}

function* neededArtifacts(
  { homebrew, targetsKnown, targets: drafts }: Draft,
  formula: string | undefined,
  cask: string | undefined,
): Generator<Finding> {
  // A name that is wrong has its own mistake.
  if (homebrew?.written.every((key) => key !== "formula" && key !== "cask") === true)
    yield {
      path: ["homebrew"],
      at: "key",
      message: "homebrew: expected formula, cask or both, found neither",
      hint: "Name the formula of the .tar.gz (formula: NAME), the cask of the .pkg (cask: NAME), or both.",
    };
  if (formula !== undefined && formula === cask)
    yield {
      path: ["homebrew", "cask"],
      message: `homebrew.cask: expected another name than the formula's, found ${cask}`,
      hint: "One name would be the formula's alone: `brew install OWNER/TAP/NAME` looks for a formula first.",
    };
  if (!targetsKnown) return;
  const makes = (os: string, format: string) =>
    drafts.some(({ name, formats }) => targets[name].os === os && formats.some(({ value }) => value === format));
  if (formula !== undefined && !makes("macos", "tar.gz"))
    yield {
      path: ["homebrew", "formula"],
      message: "homebrew.formula: expected target macos-universal to make a tar.gz, and it does not",
      hint: "A formula unpacks archives: add - format: tar.gz to the installers of macos-universal, and to those of Linux where it is to run there.",
    };
  if (cask !== undefined && !makes("macos", "pkg"))
    yield {
      path: ["homebrew", "cask"],
      message: "homebrew.cask: expected target macos-universal to make a pkg, and it does not",
      hint: "A cask runs a package: add - format: pkg to the installers of macos-universal.",
    };
}

/** Homebrew's own rules of a desc (Cask and Formula Cookbook; its checks are of the names in the source of `brew style`). */
function* descMistakes(
  desc: string,
  { formula, cask }: { readonly formula: string | undefined; readonly cask: string | undefined },
): Generator<Finding> {
  const path = ["homebrew", "desc"];
  const expected = (what: string, hint: string): Finding => ({
    path,
    message: `homebrew.desc: expected ${what}, found "${desc}"`,
    hint,
  });
  const names = [formula, cask].filter((name) => name !== undefined);
  const article = /^(?:the|an?)\s+/i.exec(desc)?.[0];
  if (article !== undefined)
    yield expected("a phrase without an article at its start", `Write ${capital(desc.slice(article.length))}`);
  else if (/^[a-z]/.test(desc) && !/^(?:iOS|iPhone|macOS)\b/.test(desc))
    yield expected("a capital letter at its start", `Write ${capital(desc)}`);
  if (desc.endsWith(".") && !desc.endsWith("etc."))
    yield expected("a phrase without a full stop at its end", "Leave out the full stop: lists show it as a phrase.");
  const named = names.find((name) => startsWithName(desc, name));
  if (named !== undefined)
    yield expected(`a phrase that does not start with the name ${named}`, "Lists show the name before it.");
  const spelt = /command ?line/i.exec(desc)?.[0];
  if (spelt !== undefined) yield expected(`command-line and not ${spelt}`, "Homebrew has one spelling.");
  if (/\p{So}/u.test(desc)) yield expected("a phrase without symbols and emoji", "Leave them out.");
  if (cask !== undefined && /\b(?:macOS|Mac(?: ?OS(?: ?X)?)?|OS ?X)\b(?! virtual machines?\b)/i.test(desc))
    yield expected("a phrase that does not name the platform", "A cask is of macOS anyway.");
  const longest = names.toSorted((a, b) => b.length - a.length)[0] ?? "";
  const length = [...`${longest}: ${desc}`].length;
  if (longest !== "" && length > 80)
    yield expected(`at most ${80 - longest.length - 2} letters`, `With "${longest}: " before it, it has ${length}.`);
}

function startsWithName(desc: string, name: string): boolean {
  const letters = [...name.replaceAll("-", "")].join("[\\s-]?");
  return new RegExp(`^${letters}\\b`, "i").test(desc);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What a formula runs is a command of every target that it has. */
function* brewCommands({ homebrew, targets: drafts }: Draft): Generator<Finding> {
  const archives = drafts.filter(
    ({ name, formats }) => targets[name].os !== "windows" && formats.some(({ value }) => value === "tar.gz"),
  );
  for (const field of ["service", "test"] as const) {
    const [program] = homebrew?.value[field] ?? [];
    if (program === undefined) continue;
    for (const { name, binaries } of archives) {
      const commands = named(binaries, "name").map(({ value }) => value);
      // A binary whose name is wrong has its own mistake; it may be the one that is meant.
      if (commands.length < binaries.length || commands.length === 0 || commands.includes(program)) continue;
      const meant = nearest(program, commands);
      yield {
        path: ["homebrew", field, 0],
        message: `homebrew.${field}[0]: expected a command of ${name}, found ${program}`,
        hint: meant === undefined ? `Its commands are: ${commands.join(", ")}.` : `Did you mean ${meant}?`,
      };
      break;
    }
  }
}
