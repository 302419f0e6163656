import type { SemVer } from "semver";
// Each function by itself: the whole of semver is some fifty modules, and this is loaded in every process.
import compare from "semver/functions/compare.js";
import parse from "semver/functions/parse.js";
import { refusal } from "./errors.ts";

/** Whose version syntax is meant. Archives, records and TUF use the semantic version as it is. */
export type Ecosystem = "debian" | "msi" | "pkg" | "homebrew" | "winget";

type Expressed = { readonly version: string } | { readonly problem: string; readonly hint: string };

/**
 * The version table: how each ecosystem writes one semantic version. A row refuses what its ecosystem cannot write, or
 * would sort in another order than semantic versioning does (semver.org, §11): users would then be offered an older
 * program as an upgrade, or never be offered the newer one.
 */
const versionTable: Readonly<Record<Ecosystem, (version: SemVer) => Expressed>> = {
  debian,
  msi,
  pkg,
  homebrew,
  winget,
};

/** The version as the ecosystem writes it. Refuses (SLW-VERSION) what it cannot express. */
export function versionFor(ecosystem: Ecosystem, version: string): string {
  const expressed = versionTable[ecosystem](parseVersion(version));
  if ("problem" in expressed)
    throw refusal("SLW-VERSION", `version ${version}: ${expressed.problem}`, { hint: expressed.hint });
  return expressed.version;
}

/** What the ecosystem cannot express about a version, or undefined where it can. */
export function versionProblem(
  ecosystem: Ecosystem,
  version: string,
): { readonly problem: string; readonly hint: string } | undefined {
  const expressed = versionTable[ecosystem](parseVersion(version));
  return "problem" in expressed ? expressed : undefined;
}

/** Negative, zero or positive, in the order of semver.org §11; build metadata does not count. */
export function compareVersions(a: string, b: string): -1 | 0 | 1 {
  return compare(parseVersion(a), parseVersion(b));
}

/** A semantic version exactly as semver.org §2 and §9 write it: three numbers, no `v`, no blanks around it. */
export function isVersion(text: string): boolean {
  const version = parse(text);
  return version !== null && canonicalText(version) === text && numbersAreSafe(version);
}

/** A version as manifests and channels state it: without build metadata, which no order looks at. */
export function isReleaseVersion(text: string): boolean {
  return isVersion(text) && !text.includes("+");
}

/** Whether a version has a pre-release part (semver.org §9). */
export function isPrerelease(version: string): boolean {
  return parseVersion(version).prerelease.length > 0;
}

/** semver's parser forgives blanks and a `v`; its own text of what it read does not have them. */
function canonicalText(version: SemVer): string {
  return version.build.length === 0 ? version.version : `${version.version}+${version.build.join(".")}`;
}

/** Larger numbers would lose digits in a JavaScript number, and with them their order. */
function numbersAreSafe(version: SemVer): boolean {
  return version.prerelease.every((part) => !/^\d+$/.test(String(part)) || Number.isSafeInteger(Number(part)));
}

function parseVersion(text: string): SemVer {
  const version = isVersion(text) ? parse(text) : null;
  if (version === null)
    throw refusal(
      "SLW-VERSION",
      `expected a semantic version such as 1.4.0 or 1.4.0-rc.1, found ${JSON.stringify(text)}`,
    );
  return version;
}

/**
 * Words for a pre-release. None is the beginning of another: semver compares `alpha` with `alphabeta` as whole words,
 * dpkg letter by letter and on into what follows, so a free choice of words would be sorted differently.
 */
const debianWords = ["alpha", "beta", "canary", "dev", "next", "nightly", "pre", "rc", "snapshot"];

/**
 * deb-version(7): `~` sorts before the end of the version, so `1.0.0~rc.1` comes before `1.0.0`. A word with digits in
 * it is refused because dpkg reads `rc10` as a word and a number (after `rc2`), semver as one word (before `rc2`).
 */
function debian(version: SemVer): Expressed {
  const core = coreOf(version);
  const odd = version.prerelease.find(
    (part) => typeof part === "string" && !isNumber(part) && !debianWords.includes(part),
  );
  if (odd !== undefined)
    return {
      problem: `Debian would sort the pre-release part "${odd}" differently than semantic versioning does`,
      hint: `Write the word and the number as parts of their own, as in ${core}-rc.1. Words: ${debianWords.join(", ")}.`,
    };
  return { version: version.prerelease.length === 0 ? core : `${core}~${version.prerelease.join(".")}` };
}

/** Windows Installer, ProductVersion property: only three fields count, at most 255.255.65535. */
function msi(version: SemVer): Expressed {
  if (version.prerelease.length > 0) return releasesOnly("Windows Installer", version);
  if (version.major > 255 || version.minor > 255 || version.patch > 65_535)
    return {
      problem: "Windows Installer knows versions up to 255.255.65535 only",
      hint: "It ignores what lies beyond, so two versions would look the same to an upgrade.",
    };
  return { version: coreOf(version) };
}

/** pkgbuild(1), `--version`: integers separated by periods; read here as 32-bit signed ones. */
function pkg(version: SemVer): Expressed {
  if (version.prerelease.length > 0) return releasesOnly("A macOS package", version);
  const largest = 2 ** 31 - 1;
  if (Math.max(version.major, version.minor, version.patch) > largest)
    return {
      problem: `a macOS package holds numbers up to ${largest} only`,
      hint: "Use smaller numbers; a date such as 20250812 fits.",
    };
  return { version: coreOf(version) };
}

/**
 * Homebrew's Version: only these four words sort before the release, and a missing number equals zero (`rc` = `rc.0`),
 * so one word and one number is what keeps its order.
 */
function homebrew(version: SemVer): Expressed {
  const core = coreOf(version);
  if (version.prerelease.length === 0) return { version: core };
  const [word, number, ...rest] = version.prerelease;
  const known = typeof word === "string" && ["alpha", "beta", "pre", "rc"].includes(word);
  if (!known || number === undefined || !isNumber(number) || rest.length > 0)
    return {
      problem: `Homebrew would sort the pre-release "${version.prerelease.join(".")}" differently than semantic versioning does`,
      hint: `Write alpha, beta, pre or rc and one number, as in ${core}-rc.1.`,
    };
  return { version: `${core}-${word}.${number}` };
}

/**
 * winget drops trailing zero parts and counts a longer version as the newer one, so it would place `1.0.0-rc.1` after
 * `1.0.0`. Its parts hold 64 bits, more than a semantic version's numbers here.
 */
function winget(version: SemVer): Expressed {
  if (version.prerelease.length > 0) return releasesOnly("winget", version);
  return { version: coreOf(version) };
}

function releasesOnly(ecosystem: string, version: SemVer): Expressed {
  return {
    problem: `${ecosystem} has no pre-releases that come before ${coreOf(version)}`,
    hint: `Ship pre-releases in the other formats, and ${coreOf(version)} in this one.`,
  };
}

function coreOf(version: SemVer): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}

function isNumber(part: string | number): boolean {
  return /^\d+$/.test(String(part));
}
