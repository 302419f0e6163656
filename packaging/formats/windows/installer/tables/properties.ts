import { type Table, table } from "../../database/table.ts";
import { type PackageCodes, upgradeCode } from "../identity.ts";
import type { MsiOptions } from "../options.ts";
import type { InstallerSchema } from "../schema.ts";
import { newer, replaced } from "./upgrades.ts";

export const propertySchema = {
  name: "Property",
  keys: 1,
  columns: { Property: "s72", Value: "l0" },
  rules: { Property: { category: "Identifier" }, Value: { category: "Text" } },
} as const satisfies InstallerSchema;

/** United States English: the language of all texts here. */
export const language = "1033";

/** What the product is called, and how it is installed: for all users, without a question, and listed without "Modify". */
export function propertyTable(options: MsiOptions, { product }: PackageCodes): Table {
  const values: Readonly<Record<string, string>> = {
    ProductCode: product,
    ProductName: options.title,
    ProductVersion: options.version,
    ProductLanguage: language,
    Manufacturer: options.manufacturer,
    UpgradeCode: upgradeCode(options),
    ALLUSERS: "1",
    ARPNOMODIFY: "1",
    ARPURLINFOABOUT: options.homepage,
    // Files are written whatever is there: a rollback would else leave newer programs in place, then remove them with theirs.
    REINSTALLMODE: "amus",
    // The installer runs as another user after it was asked for: these alone are handed on.
    SecureCustomProperties: [newer, replaced, ...options.requirements.map(({ property }) => property)].join(";"),
  };
  return table(
    propertySchema,
    Object.entries(values).map(([Property, Value]) => ({ Property, Value })),
  );
}
