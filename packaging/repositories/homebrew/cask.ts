import type { CaskFacts } from "../../record/repository-facts.ts";
import { versionFor } from "../../version.ts";
import { addressOf, type TappedRelease, writtenBy } from "./formula.ts";
import { rubyHeredoc, rubyString } from "./ruby.ts";

/** Path of a cask in a tap. */
export function caskPath(name: string): string {
  return `Casks/${name}.rb`;
}

/** Homebrew's names of the macOS versions that it knows; it takes away those that Apple has left behind. */
const systemNames: ReadonlyMap<string, string> = new Map([
  ["12", "monterey"],
  ["13", "ventura"],
  ["14", "sonoma"],
  ["15", "sequoia"],
  ["26", "tahoe"],
]);

/**
 * The cask of a release: its macOS package, with its removal, in the order of the Cask Cookbook. A version that goes down
 * needs no serial: brew upgrades a cask to whatever version it names.
 */
export function caskText(release: TappedRelease, facts: CaskFacts): string {
  const { record } = release;
  const pkg = record.artifacts.find(({ format, target }) => format === "pkg" && target === "macos-universal");
  if (pkg === undefined) throw new Error(`the record of ${record.product} has no .pkg for macOS`);
  const system = systemNames.get(facts.minimumSystem.split(".")[0] ?? "");
  const parts = [
    [`version ${rubyString(versionFor("homebrew", record.version))}`, `sha256 ${rubyString(pkg.shipped)}`],
    [
      `url ${rubyString(addressOf(release, pkg))}`,
      `name ${rubyString(record.product)}`,
      `desc ${rubyString(record.homebrew?.desc ?? record.summary)}`,
      `homepage ${rubyString(record.homepage)}`,
    ],
    system === undefined ? [] : [`depends_on macos: :${system}`],
    [`pkg ${rubyString(pkg.name)}`],
    uninstallLines(facts),
    zapLines(facts.zap),
    caveatLines(record.homebrew?.caveats),
  ];
  const body = parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => (line === "" ? "" : `  ${line}`)).join("\n"));
  return `${writtenBy(record)}\ncask ${rubyString(facts.name)} do\n${body.join("\n\n")}\nend\n`;
}

function uninstallLines({ identifier, launchd }: CaskFacts): readonly string[] {
  const pkgutil = rubyString(identifier);
  const [only, ...more] = launchd.map(rubyString);
  if (only === undefined) return [`uninstall pkgutil: ${pkgutil}`];
  if (more.length === 0) return [`uninstall launchctl: ${only},`, `          pkgutil:   ${pkgutil}`];
  const list = [only, ...more].map((label) => `            ${label},`);
  return ["uninstall launchctl: [", ...list, "          ],", `          pkgutil:   ${pkgutil}`];
}

function zapLines(paths: readonly string[]): readonly string[] {
  const [only, ...more] = paths.map(rubyString);
  if (only === undefined) return [];
  return more.length === 0
    ? [`zap trash: ${only}`]
    : ["zap trash: [", ...[only, ...more].map((path) => `  ${path},`), "]"];
}

function caveatLines(caveats: readonly string[] | undefined): readonly string[] {
  return caveats === undefined ? [] : `caveats ${rubyHeredoc(caveats, "")}`.split("\n");
}
