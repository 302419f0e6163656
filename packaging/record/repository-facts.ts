import { z } from "zod";
import { lineField, strictlySorted } from "./fields.ts";

/** What a record tells of a product for Homebrew, beside its artifacts: a formula and a cask can be made again of it. */
export interface HomebrewFacts {
  readonly desc: string;
  readonly formula?: FormulaFacts;
  readonly cask?: CaskFacts;
  /** Lines that a person is told after the installation. */
  readonly caveats?: readonly string[];
}

export interface FormulaFacts {
  readonly name: string;
  /** What of the archives is installed, sorted by path: programs, pages, completions, and folders as a whole. */
  readonly install: readonly InstalledPart[];
  /** A command and its arguments, in which `{etc}`, `{share}` and `{var}` are Homebrew's folders. */
  readonly service?: readonly [string, ...string[]];
  /** What prints the version. */
  readonly test: readonly [string, ...string[]];
}

/** Where Homebrew has each kind of file. */
export const installedKinds = [
  "bin",
  "etc",
  "share",
  "libexec",
  "lib",
  "man",
  "bash",
  "zsh",
  "fish",
  "prefix",
] as const;
export type InstalledKind = (typeof installedKinds)[number];

export interface InstalledPart {
  /** In the archive, below its one folder. */
  readonly path: string;
  readonly into: InstalledKind;
  /** The one system whose archives have it; both where left out. */
  readonly only?: "macos" | "linux";
}

export interface CaskFacts {
  readonly name: string;
  /** What macOS remembers the package by. */
  readonly identifier: string;
  /** The lowest macOS that it installs on. */
  readonly minimumSystem: string;
  /** Labels of the services that launchd runs, sorted. */
  readonly launchd: readonly string[];
  /** Absolute paths of what is left after a removal, sorted: configuration, logs, sockets. */
  readonly zap: readonly string[];
}

/** What a record tells of a product for winget, beside its artifacts. */
export interface WingetFacts {
  readonly identifier: string;
  readonly publisher: string;
  readonly name: string;
  readonly moniker?: string;
  readonly tags: readonly string[];
  readonly shortDescription: string;
  /** Commands of the Windows target, in the manifest's order. */
  readonly commands: readonly string[];
  /** It runs in WSL 2. */
  readonly wsl?: true;
}

const name = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, { error: "expected a name of lower-case letters and digits" });
const command = z.string().regex(/^[a-z0-9][a-z0-9._+-]{0,63}$/, { error: "expected the name of a command" });
const argument = z
  .string()
  .regex(/^(?:[A-Za-z0-9._/:=@%+,-]|\{(?:etc|share|var)\}){1,200}$/, { error: "expected an argument without quotes" });
const commandLine = z.tuple([command], argument);
const segment = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._+@=,~%-]+";
const archivePath = z
  .string()
  .max(1000)
  .regex(new RegExp(`^${segment}(?:/${segment})*$`), { error: "expected a path inside an archive" });
const absolutePath = z
  .string()
  .max(1000)
  .regex(new RegExp(`^(?:/${segment})+$`), { error: "expected an absolute path" });
const identifier = z
  .string()
  .regex(/^(?=.{3,256}$)[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9._+@-]+)+$/, { error: "expected a reverse domain name" });
const tag = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.+_-]{0,39}$/, { error: "expected one word of at most 40 letters" });

const formula = z.strictObject({
  name,
  install: z
    .array(
      z.strictObject({
        path: archivePath,
        into: z.enum(installedKinds),
        only: z.enum(["macos", "linux"]).exactOptional(),
      }),
    )
    .max(2000)
    .refine((parts) => strictlySorted(parts.map(({ path }) => path)), { error: "not sorted, or one is there twice" }),
  service: commandLine.exactOptional(),
  test: commandLine,
});

const cask = z.strictObject({
  name,
  identifier,
  minimumSystem: z.string().regex(/^\d{2}(?:\.\d{1,2}){1,2}$/, { error: "expected a version of macOS" }),
  launchd: z.array(identifier).max(100).refine(strictlySorted, { error: "not sorted, or one is there twice" }),
  zap: z.array(absolutePath).max(100).refine(strictlySorted, { error: "not sorted, or one is there twice" }),
});

export const homebrewFacts: z.ZodType<HomebrewFacts> = z
  .strictObject({
    desc: lineField(80),
    formula: formula.exactOptional(),
    cask: cask.exactOptional(),
    caveats: z.array(lineField(500)).min(1).max(100).exactOptional(),
  })
  .refine(({ formula, cask }) => formula !== undefined || cask !== undefined, {
    error: "expected a formula, a cask or both",
  });

export const wingetFacts: z.ZodType<WingetFacts> = z.strictObject({
  identifier: z
    .string()
    .regex(/^(?=.{3,128}$)[A-Za-z0-9][A-Za-z0-9+_-]{0,31}(?:\.[A-Za-z0-9][A-Za-z0-9+_-]{0,31}){1,7}$/, {
      error: "expected the identifier of a winget package",
    }),
  publisher: lineField(256),
  name: lineField(256),
  moniker: tag.exactOptional(),
  tags: z.array(tag).max(16),
  shortDescription: lineField(256),
  commands: z.array(command).max(100),
  wsl: z.literal(true).exactOptional(),
});

/** A Windows Installer product's own code, as its Property table has it. */
export const productCodeField = z
  .string()
  .regex(/^\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/, { error: "expected a GUID in braces" });
