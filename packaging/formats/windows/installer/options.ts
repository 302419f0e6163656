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
  /** A rollback build replaces newer versions; every other one refuses to. */
  readonly downgrades: "refused" | "allowed";
}
