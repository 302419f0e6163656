/** A value of the machine's registry that must be there before anything is installed. */
export interface Requirement {
  /** Public property that gets the value: capitals. */
  readonly property: string;
  /** Below HKEY_LOCAL_MACHINE. */
  readonly key: string;
  readonly name: string;
  /** What the user reads where it is missing, and what to do then. */
  readonly otherwise: string;
}

/** A program of the tree that runs as a Windows service. */
export interface MsiService {
  /** Letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Path in the tree. */
  readonly program: string;
  readonly arguments?: string;
}

/**
 * Paths of PowerShell scripts (.ps1) of the tree, which the installer runs as the system. They are installed, too, for a
 * removal needs its own years later.
 */
export interface MsiHooks {
  /** Runs after everything is installed, on upgrades too; its failure is the installation's, which is taken back. */
  readonly postInstall?: string;
  /** Runs before anything is stopped or removed, not on upgrades; its failure does not keep the product on the machine. */
  readonly preRemove?: string;
}

/** What an .msi says besides its files, as plain JSON. */
export interface MsiOptions {
  readonly kind: "msi";
  /** The product's id: with the architecture it is what upgrades are told apart by, and never changes. */
  readonly product: string;
  /** As Windows lists it; at most 63 characters. */
  readonly title: string;
  readonly manufacturer: string;
  readonly homepage: string;
  /** Three numbers, as `versionFor("msi", ...)` writes them. */
  readonly version: string;
  readonly architecture: "x64" | "arm64";
  /** Name of the one folder in Program Files. */
  readonly folder: string;
  /** Folder of the tree that is added to the machine's PATH. */
  readonly path?: string;
  readonly requirements: readonly Requirement[];
  readonly services: readonly MsiService[];
  readonly hooks?: MsiHooks;
  /** A rollback build replaces newer versions; every other one refuses to. */
  readonly downgrades: "refused" | "allowed";
}
