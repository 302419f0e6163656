import type { TargetName } from "../targets.ts";

/**
 * A product as its manifest describes it, after parsing: all defaults filled in, all values checked, nothing read from
 * the disk but the manifest itself. Paths named `from` are relative to the manifest's folder, with forward slashes.
 */
export interface Product {
  readonly id: string;
  /** Semantic version of what is built. */
  readonly version: string;
  /** Seconds since 1970: the only clock of a build. */
  readonly epoch: number;
  readonly summary: string;
  /** Paragraphs of the long description, plain text. */
  readonly description: readonly string[];
  readonly homepage: string;
  readonly maintainer: { readonly name: string; readonly email: string };
  readonly licence: Licence;
  /** What is inside that others wrote. */
  readonly thirdParty: readonly ThirdParty[];
  /** What changed in this version, one line each, newest version only. */
  readonly changes: readonly string[];
  readonly features: Readonly<Record<string, boolean>>;
  /** What a release may cost its users; without it, anything. */
  readonly budget?: Budget;
  readonly targets: readonly ProductTarget[];
  readonly files: readonly ProductFile[];
  /** Configuration files of earlier versions that this one does not ship. */
  readonly retiredConfiguration: readonly RetiredConfiguration[];
  readonly services: readonly Service[];
  /** Sources of the systemd units beside those of services (.socket, .timer, .path, .target), installed by their names. */
  readonly units: readonly string[];
  readonly sockets: readonly Socket[];
  /** By command; of each shell the source. */
  readonly completions: Readonly<Record<string, Completions>>;
  /** Manual pages in troff source, uncompressed, named `<name>.<section>`. */
  readonly manuals: readonly string[];
  /** Files of script lines (`from` paths) that a platform's installer runs, by operating system. */
  readonly hooks: { readonly linux?: Hooks; readonly macos?: Hooks; readonly windows?: Hooks };
  /** How Homebrew has it; without it, it is in no tap. */
  readonly homebrew?: HomebrewSection;
  /** How winget has it; without it, it is in no winget source. */
  readonly winget?: WingetSection;
}

/** A command and its arguments, in which `{etc}`, `{share}` and `{var}` are Homebrew's folders. */
export type BrewCommand = readonly [command: string, ...args: string[]];

export interface HomebrewSection {
  readonly desc: string;
  /** Name of the formula. At least one of the two is there. */
  readonly formula?: string;
  /** Name of the cask. */
  readonly cask?: string;
  /** What `brew services` runs. */
  readonly service?: BrewCommand;
  /** What prints the version; without it the first command with --version. */
  readonly test?: BrewCommand;
  /** Lines. */
  readonly caveats?: readonly string[];
}

export interface WingetSection {
  /** PackageIdentifier. */
  readonly identifier: string;
  /** Without it the maintainer. */
  readonly publisher?: string;
  /** Without it the title of the .msi, or the product's id. */
  readonly name?: string;
  readonly moniker?: string;
  readonly tags: readonly string[];
  /** Without it the summary. */
  readonly shortDescription?: string;
}

export interface Budget {
  /** Percent by which the artifacts of a target may grow over the version that a channel serves. */
  readonly growth: number;
}

/** An SPDX expression, who holds the copyright, and the file with the text. */
export interface Licence {
  readonly spdx: string;
  readonly holder: string;
  readonly from: string;
}

export interface ThirdParty {
  readonly name: string;
  /** Installed paths, `*` and `?` allowed, of what is wholly its own; empty: it is compiled into the programs. */
  readonly files: readonly string[];
  readonly licence: Licence;
}

export interface RetiredConfiguration {
  /** Installed path, `etc/...`, in versions before `since`. */
  readonly path: string;
  /** The first version without it. */
  readonly since: string;
  /** The configuration file that took its place: edits move there. Without it the file is removed, an edited one kept aside. */
  readonly renamedTo?: string;
}

export interface Completions {
  readonly bash?: string;
  readonly zsh?: string;
  readonly fish?: string;
}

export interface Hooks {
  /** Runs after what Slipway itself does at installation and upgrade; its failure is the installation's. */
  readonly postInstall?: string;
  /** Runs before anything is stopped or removed; its failure is told and does not keep the product on the machine. */
  readonly preRemove?: string;
}

export interface ProductTarget {
  readonly name: TargetName;
  readonly payload: PayloadSource;
  /** Name of each installed command and its path inside the payload. */
  readonly binaries: readonly { readonly name: string; readonly from: string }[];
  readonly installers: readonly Installer[];
  /** The binaries are linked statically and need no library of the system. */
  readonly static: boolean;
  /** Debian packages that the binaries need, as in Depends. */
  readonly depends: readonly string[];
}

export type Installer =
  | { readonly format: ArchiveFormat }
  | { readonly format: "deb"; readonly compression: "xz" | "gzip" | "zstd" }
  | MsiInstaller
  | PkgInstaller;

/** A Windows Installer package. */
export interface MsiInstaller {
  readonly format: "msi";
  /** What Windows lists; without it the product's id. */
  readonly title?: string;
  /** The one folder in Program Files; without it the product's id. */
  readonly folder?: string;
  /** Installs only where there is WSL 2. */
  readonly wsl?: "required";
  /** Replaces newer versions too; every other build refuses to. */
  readonly rollback: boolean;
}

/** A macOS package. */
export interface PkgInstaller {
  readonly format: "pkg";
  /** What macOS remembers the package by, in reverse domain order. It never changes. */
  readonly identifier: string;
  /** The lowest macOS that it installs on: `12.0`. */
  readonly minimumSystem: string;
}

/** Archives to unpack anywhere, on any system. */
export type ArchiveFormat = "tar.zst" | "tar.gz" | "zip";

/** How files are packed together; the compression of a tar is read from its first bytes. */
export type ArchiveKind = "tar" | "zip";

/** Where the binaries of a target come from: one payload, or for macOS one for each processor, joined to one. */
export type PayloadSource =
  | PlainPayload
  | { readonly kind: "slices"; readonly slices: Readonly<Record<"x86_64" | "aarch64", PlainPayload>> };

export type PlainPayload =
  /** `path` is a folder, or an archive: one by its name, or by what `archive` says. */
  | { readonly kind: "directory"; readonly path: string; readonly archive?: ArchiveKind }
  | { readonly kind: "npm"; readonly package: string; readonly version: string; readonly integrity: string }
  | {
      readonly kind: "url";
      readonly url: string;
      /** Lower-case hex, of the file as it is served. */
      readonly sha256: string;
      /** Bytes. */
      readonly size?: number;
      /** Where the address's name does not say that it is one. */
      readonly archive?: ArchiveKind;
    };

export interface ProductFile {
  readonly from: string;
  /** Installed path, `usr/share/...` or `etc/...`. */
  readonly to: string;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly kind: "config" | "policy" | "fixture" | "data";
  /** Operating systems that get it. */
  readonly only: readonly ("linux" | "macos" | "windows")[];
}

export interface Service {
  /** Name of the unit without `.service`; `name@` is a template. */
  readonly name: string;
  /** systemd unit source. */
  readonly unit: string;
  /** Source of the `.socket` unit that activates it. */
  readonly socketUnit?: string;
  /** Source of the launchd property list by which a Mac runs it; without it, it is no service there. */
  readonly launchd?: string;
  /** Of a template: the instances that are enabled and started at installation. */
  readonly instances: readonly string[];
  /** System user it runs as; made at installation, kept after purge. */
  readonly user: string;
  /** With it, an installer for Windows registers the service there. */
  readonly windows?: WindowsService;
}

/** A program that is run by Windows' service control manager, and must answer it. */
export interface WindowsService {
  /** A command of the Windows targets. */
  readonly program: string;
  readonly arguments?: string;
  /** As Windows lists it; without it the service's name. */
  readonly title?: string;
  /** Without it the product's summary. */
  readonly description?: string;
}

export interface Socket {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: number;
}
