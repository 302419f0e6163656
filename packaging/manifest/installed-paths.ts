import { posix } from "node:path";
import type { OperatingSystem } from "../targets.ts";
import type { Draft, Placed, TargetDraft } from "./draft.ts";
import type { Path } from "./yaml-nodes.ts";

/** A path that the manifest installs, and the line that says so. */
export interface InstalledPath {
  readonly to: string;
  readonly path: Path;
}

/** Where a product's own data is installed (Filesystem Hierarchy Standard 4.11). */
export function sharePath(product: string, folder: "policies" | "fixtures", from: string): string {
  return `usr/share/${product}/${folder}/${posix.basename(from)}`;
}

/** Where a command's program is in a tree; Windows runs only what is named `.exe`. */
export function programPath(system: OperatingSystem, command: string): string {
  const ending = system === "windows" && !command.endsWith(".exe") ? ".exe" : "";
  return `usr/bin/${command}${ending}`;
}

/** Every path that a target gets, in the order of the manifest's sections. */
export function installedPaths(
  draft: Draft,
  system: OperatingSystem,
  binaries: TargetDraft["binaries"],
): readonly InstalledPath[] {
  // Where the product's name is wrong, its own files still share one folder.
  const product = draft.product ?? "?";
  return [
    ...named(binaries, "name", (name) => programPath(system, name)),
    ...named(draft.configuration.filter(isFor(system)), "to", (to) => to),
    ...draft.policies.map(({ path, value }) => ({ to: sharePath(product, "policies", value), path })),
    ...draft.fixtures.map(({ path, value }) => ({ to: sharePath(product, "fixtures", value), path })),
    ...named(draft.files.filter(isFor(system)), "to", (to) => to),
    ...(system === "windows" ? [] : manualPaths(draft)),
  ];
}

function named<K extends string>(
  placed: readonly Placed<{ readonly [key in K]?: string | undefined }>[],
  key: K,
  to: (value: string) => string,
): readonly InstalledPath[] {
  return placed.flatMap(({ path, value }) => {
    const text = value[key];
    return text === undefined ? [] : [{ to: to(text), path: [...path, key] }];
  });
}

function isFor(
  system: OperatingSystem,
): (file: Placed<{ readonly only?: readonly OperatingSystem[] | undefined }>) => boolean {
  return ({ value }) => value.only?.includes(system) === true;
}

function manualPaths(draft: Draft): readonly InstalledPath[] {
  return draft.manuals.map(({ path, value }) => ({
    to: `usr/share/man/man${value.slice(-1)}/${posix.basename(value)}`,
    path,
  }));
}
