import { releaseFolder } from "../../record/folder.ts";
import type { RecordedArtifact, ReleaseRecord } from "../../record/record.ts";
import type { FormulaFacts } from "../../record/repository-facts.ts";
import { versionFor } from "../../version.ts";
import { objectAddress } from "../object-address.ts";
import { installLines } from "./install-lines.ts";
import { rubyLicence } from "./licence.ts";
import { rubyHeredoc, rubyString, rubyTemplate } from "./ruby.ts";

/** A release in the bucket, and what a tap says of it beside its record. */
export interface TappedRelease {
  readonly record: ReleaseRecord;
  /** Below `releases/<product>/`. */
  readonly folder: string;
  /** Base address of the bucket, as users reach it. */
  readonly url: string;
  /** How often the version went down: what makes brew take a lower one. */
  readonly versionScheme: number;
}

/** Path of a formula in a tap. */
export function formulaPath(name: string): string {
  return `Formula/${name}.rb`;
}

/**
 * The formula of a release: archives of macOS and Linux, in the order that Homebrew's own checks want (Formula Cookbook).
 * The version is said although the macOS address has it: brew would read 64 from that of Linux on x86_64.
 */
export function formulaText(release: TappedRelease, { name, install, service, test }: FormulaFacts): string {
  const { record, versionScheme } = release;
  const mac = archiveOf(record, "macos-universal");
  if (mac === undefined) throw new Error(`the record of ${record.product} has no .tar.gz for macOS`);
  const head = [
    `desc ${rubyString(record.homebrew?.desc ?? record.summary)}`,
    `homepage ${rubyString(record.homepage)}`,
    `url ${rubyString(addressOf(release, mac))}`,
    `version ${rubyString(versionFor("homebrew", record.version))}`,
    `sha256 ${rubyString(mac.shipped)}`,
    `license ${rubyLicence(record.licence)}`,
    ...(versionScheme > 0 ? [`version_scheme ${versionScheme}`] : []),
  ];
  const parts = [
    head,
    linuxLines(release),
    ["def install", ...installLines(install).map((line) => `  ${line}`), "end"],
    caveatLines(record.homebrew?.caveats),
    serviceLines(name, service),
    testLines(test),
  ];
  const body = parts.filter((lines) => lines.length > 0).map((lines) => indented(lines).join("\n"));
  return `${writtenBy(record)}\nclass ${className(name)} < Formula\n${body.join("\n\n")}\nend\n`;
}

/** The first line of what is written into a tap. */
export function writtenBy({ product, version }: ReleaseRecord): string {
  return `# Written by Slipway from the release of ${product} ${version}: the next release writes it again.`;
}

export function addressOf({ record, folder, url }: TappedRelease, { name }: Pick<RecordedArtifact, "name">): string {
  return objectAddress(url, `${releaseFolder(record.product, folder)}/${name}`);
}

function archiveOf(record: ReleaseRecord, target: RecordedArtifact["target"]): RecordedArtifact | undefined {
  return record.artifacts.find((artifact) => artifact.target === target && artifact.format === "tar.gz");
}

/** Homebrew's name of a class (Formulary.class_s): words joined, each with a capital. */
function className(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function linuxLines(release: TappedRelease): readonly string[] {
  const processors = [
    { block: "on_arm", arch: ":arm64", archive: archiveOf(release.record, "linux-aarch64") },
    { block: "on_intel", arch: ":x86_64", archive: archiveOf(release.record, "linux-x86_64") },
  ].flatMap(({ archive, ...rest }) => (archive === undefined ? [] : [{ ...rest, archive }]));
  const [first, ...others] = processors;
  if (first === undefined) return ["depends_on :macos"];
  const only = others.length > 0 ? [] : [`  depends_on arch: ${first.arch}`, ""];
  const blocks = processors.flatMap(({ block, archive }) => [
    `  ${block} do`,
    `    url ${rubyString(addressOf(release, archive))}`,
    `    sha256 ${rubyString(archive.shipped)}`,
    "  end",
  ]);
  return ["on_linux do", ...only, ...blocks, "end"];
}

function caveatLines(caveats: readonly string[] | undefined): readonly string[] {
  if (caveats === undefined) return [];
  return ["def caveats", ...`  ${rubyHeredoc(caveats, "  ")}`.split("\n"), "end"];
}

/** What stays at its path when a version is replaced. */
const folders = { "{etc}": "etc", "{share}": "opt_share", "{var}": "var" };

function serviceLines(formula: string, service: FormulaFacts["service"]): readonly string[] {
  if (service === undefined) return [];
  const [program, ...args] = service;
  const words = [`opt_bin/${rubyString(program)}`, ...args.map((word) => rubyTemplate(word, folders))];
  return [
    "service do",
    `  run [${words.join(", ")}]`,
    "  keep_alive true",
    `  log_path var/${rubyString(`log/${formula}.log`)}`,
    `  error_log_path var/${rubyString(`log/${formula}.log`)}`,
    "end",
  ];
}

/** Runs the program, and holds what it prints to the version: `shell_output` fails where the program does. */
function testLines([program, ...args]: FormulaFacts["test"]): readonly string[] {
  const words = args.map((word) => rubyTemplate(` ${word}`, folders).slice(1, -1));
  return ["test do", `  assert_match version.to_s, shell_output("#{bin}/${program}${words.join("")}")`, "end"];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}
