import type { ArtifactJob } from "../../artifact.ts";
import { refusal } from "../../errors.ts";

/** What a macOS package needs to be told besides its tree. */
export interface PkgOptions {
  readonly kind: "pkg";
  /** What the system remembers the package by, in reverse domain order: `dev.courier.tool`. It never changes. */
  readonly identifier: string;
  /** The version as pkg writes it: numbers and points. */
  readonly version: string;
  /** What the installer's window is called. */
  readonly title: string;
  /** The lowest macOS that it installs on: `12.0`. */
  readonly minimumSystem: string;
  /** Scripts that run as root before the files are put in place, and after. */
  readonly scripts: { readonly preinstall?: string; readonly postinstall?: string };
}

export type PkgJob = Omit<ArtifactJob, "format"> & { readonly format: PkgOptions };

const identifier = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/;
const numbers = /^\d+(?:\.\d+){0,3}$/;
const component = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;

/** Refuses (SLW-FORMAT) options that the installer would misread. */
export function checkPkg({ product, format }: PkgJob): void {
  const refuse = (what: string, found: string) =>
    refusal("SLW-FORMAT", `The ${what} of a macOS package cannot be ${JSON.stringify(found)}.`);
  if (!component.test(product)) throw refuse("product", product);
  if (!identifier.test(format.identifier)) throw refuse("identifier", format.identifier);
  if (!numbers.test(format.version)) throw refuse("version", format.version);
  if (!numbers.test(format.minimumSystem)) throw refuse("lowest macOS", format.minimumSystem);
  for (const [name, text] of Object.entries(format.scripts)) {
    if (!text.startsWith("#!")) throw refuse(`${name} script`, `${text.slice(0, 20)}…`);
  }
}

/** The folder of the one component in the package. */
export function componentName({ product }: PkgJob): string {
  return `${product}.pkg`;
}

/** What the installer says it will need, rounded up: KiB of all files. */
export function installedKilobytes({ tree }: PkgJob): number {
  const bytes = tree.entries.reduce((sum, entry) => sum + (entry.type === "file" ? entry.size : 0), 0);
  return Math.ceil(bytes / 1024);
}
