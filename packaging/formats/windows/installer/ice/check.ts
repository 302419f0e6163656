import type { InstallerTables } from "../rows.ts";

/** One check: a sentence for everything that is wrong. */
export type IceCheck = (subject: InstallerTables) => Iterable<string>;
