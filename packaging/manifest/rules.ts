import { type OperatingSystem, targets } from "../targets.ts";
import { type Ecosystem, versionProblem } from "../version.ts";
import { archiveKindOf, fileNameOf } from "./archive-name.ts";
import { retiredConfiguration } from "./configuration-rules.ts";
import type { Draft, Placed, TargetDraft } from "./draft.ts";
import { type Finding, named, repeated } from "./finding.ts";
import { homebrewRules } from "./homebrew-rules.ts";
import { type InstalledPath, installedPaths } from "./installed-paths.ts";
import { formatSystems } from "./schema.ts";
import { completedCommands, systemUnits } from "./system-rules.ts";
import { windowsServices } from "./windows-rules.ts";
import { wingetRules } from "./winget-rules.ts";

/** The rules between fields; those of one field are in its schema. */
export function brokenRules(draft: Draft): readonly Finding[] {
  return [
    ...debianNames(draft),
    ...versions(draft),
    ...installers(draft),
    ...namesOfOneFile(draft),
    ...slices(draft),
    ...pathsInstalledTwice(draft),
    ...retiredConfiguration(draft),
    ...repeated("service", named(draft.services, "name")),
    ...systemUnits(draft),
    ...windowsServices(draft),
    ...completedCommands(draft),
    ...repeated("socket", named(draft.sockets, "path")),
    ...unknownAccounts(draft),
    ...homebrewRules(draft),
    ...wingetRules(draft),
  ];
}

/** A package's name is the manifest's, so it follows Debian's rules once a target makes a `.deb`. */
function* debianNames({ product, targets: drafts }: Draft): Generator<Finding> {
  if (!drafts.some((target) => target.formats.some(({ value }) => value === "deb"))) return;
  if (product?.length === 1)
    yield {
      path: ["product"],
      message: `product: expected at least two letters, found "${product}"`,
      hint: "A Debian package needs a name of two letters or more (Debian Policy 5.6.7).",
    };
  if (product?.endsWith("-bin") === true)
    yield {
      path: ["product"],
      message: `product: expected a name that does not end in -bin, found "${product}"`,
      hint: "NAME-bin is the package that holds the binaries of product NAME.",
    };
}

/** Whose version syntax an installer has; archives have any. */
const ecosystems: { readonly [F in keyof typeof formatSystems]?: Ecosystem } = {
  deb: "debian",
  pkg: "pkg",
  msi: "msi",
};

/** The version is one of every ecosystem that a target makes an installer for, and of Homebrew where the product is there. */
function* versions({ version, targets: drafts, homebrew }: Draft): Generator<Finding> {
  if (version === undefined) return;
  const made = new Set(drafts.flatMap(({ formats }) => formats.map(({ value }) => ecosystems[value])));
  if (homebrew !== undefined) made.add("homebrew");
  const problems = [...made].flatMap((ecosystem) =>
    ecosystem === undefined ? [] : (versionProblem(ecosystem, version) ?? []),
  );
  if (problems.length === 0) return;
  const why = problems.map(({ problem }) => problem).join("; ");
  yield {
    path: ["version"],
    code: "SLW-VERSION",
    message: `version: expected one that every installer can express, found "${version}": ${why}`,
    hint: problems.map(({ hint }) => hint).join(" "),
  };
}

function* installers(draft: Draft): Generator<Finding> {
  for (const { name, formats } of draft.targets) {
    const { os } = targets[name];
    for (const { path, value } of formats)
      if (!formatSystems[value].includes(os))
        yield {
          path,
          message: `targets.${name}: expected an installer for ${os}, found ${value}`,
          hint: `${value} installs on ${formatSystems[value].join(", ")} only.`,
        };
    yield* repeated(`targets.${name}: installer`, formats);
  }
}

/** What an address gives is one file under the name that the address ends in, or an archive of files. */
function* namesOfOneFile(draft: Draft): Generator<Finding> {
  for (const { payload, binaries } of draft.targets) {
    if (payload?.source !== "url") continue;
    const only = nameOfOneFile(payload);
    if (only === undefined) continue;
    for (const { path, value } of named(binaries, "from"))
      if (value !== only)
        yield {
          path,
          message: `from: expected ${only}, the one file of this payload, found "${value}"`,
          hint: `Write from: ${only}; or, where the address gives an archive, say archive: tar or archive: zip.`,
        };
  }
}

function nameOfOneFile({ url, archive }: { readonly url: string; readonly archive?: string | undefined }) {
  const name = fileNameOf(url);
  return (archive ?? archiveKindOf(name)) === undefined ? name : undefined;
}

/** A universal program is a Mac's, and each of its slices has the name that `from` says. */
function* slices(draft: Draft): Generator<Finding> {
  for (const { name, payload, binaries } of draft.targets) {
    if (payload?.source !== "slices") continue;
    if (targets[name].arch !== "universal")
      yield {
        path: ["targets", name, "payload", "source"],
        message: `targets.${name}.payload.source: expected one of: npm, directory, url, found "slices"`,
        hint: "Only macos-universal runs on two kinds of processors.",
      };
    for (const arch of ["x86_64", "arm64"] as const) {
      const slice = payload[arch];
      const only = slice.source === "url" ? nameOfOneFile(slice) : undefined;
      if (only === undefined || named(binaries, "from").every(({ value }) => value === only)) continue;
      yield {
        path: ["targets", name, "payload", arch, "url"],
        message: `targets.${name}.payload.${arch}.url: expected an archive, or a file of the name that from says, found ${only}`,
        hint: "Both slices of a binary have one name, from. Serve them by that name in two folders, or in archives.",
      };
    }
  }
}

function pathsInstalledTwice(draft: Draft): readonly Finding[] {
  const found = systemsOf(draft).flatMap(({ system, binaries }) => [
    ...clashes(installedPaths(draft, system, binaries)),
  ]);
  // Two targets of one system meet the same clash: it is one mistake.
  return [...new Map(found.map((finding) => [JSON.stringify(finding.path), finding])).values()];
}

/** macOS and Windows fold case, so two names that differ only by it are one file there, and a trap on Linux. */
function* clashes(paths: readonly InstalledPath[]): Generator<Finding> {
  const folders = new Map(paths.flatMap(({ to }) => foldersOf(to).map((folder) => [folder.toLowerCase(), to])));
  const earlier = new Map<string, string>();
  for (const { to, path } of paths) {
    const folded = to.toLowerCase();
    const other = earlier.get(folded);
    const inside = folders.get(folded);
    if (other === to) yield { path, message: `${to}: expected to be installed once, found again` };
    else if (other !== undefined)
      yield { path, message: `${to}: expected a path of its own, found one that differs from ${other} only by case` };
    else if (inside !== undefined) yield { path, message: `${to}: expected a file, found the folder of ${inside}` };
    else earlier.set(folded, to);
  }
}

/** Each target with its binaries; systems without a target too, since their files are already written down. */
function systemsOf(
  draft: Draft,
): readonly { readonly system: OperatingSystem; readonly binaries: TargetDraft["binaries"] }[] {
  const listed = draft.targets.map(({ name, binaries }) => ({ system: targets[name].os, binaries }));
  const rest = (["linux", "macos", "windows"] as const).filter((os) => !listed.some(({ system }) => system === os));
  return [...listed, ...rest.map((system) => ({ system, binaries: [] }))];
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Installation makes the services' users and the sockets' groups; a name of another machine may be nobody on this one. */
function unknownAccounts(draft: Draft): readonly Finding[] {
  // A service whose user is wrong has its own mistake; what it owns does not repeat it.
  if (draft.services.some(({ value }) => value.user === undefined)) return [];
  const users = new Set(["root", ...named(draft.services, "user").map(({ value }) => value)]);
  const groups = new Set([...users, ...named(draft.sockets, "group").map(({ value }) => value)]);
  const files = [...draft.configuration, ...draft.files];
  return [
    ...unknown("owner", named([...files, ...draft.sockets], "owner"), users),
    ...unknown("group", named(files, "group"), groups),
  ];
}

function unknown(
  field: "owner" | "group",
  accounts: readonly Placed<string>[],
  known: ReadonlySet<string>,
): readonly Finding[] {
  const hint =
    field === "owner"
      ? "A user of this product is named by a service."
      : "A group of this product is a service's user or a socket's group.";
  return accounts
    .filter(({ value }) => !known.has(value))
    .map(({ path, value }) => ({
      path,
      message: `${field}: expected one of: ${[...known].join(", ")}, found "${value}"`,
      hint,
    }));
}
