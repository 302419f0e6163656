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
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Path in the tree. */
  readonly program: string;
  readonly arguments?: string;
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
  /** A rollback build replaces newer versions; every other one refuses to. */
  readonly downgrades: "refused" | "allowed";
}
