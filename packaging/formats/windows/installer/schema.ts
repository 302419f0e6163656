import type { TableSchema } from "../database/table.ts";

/** "Column Data Types" of the Windows Installer SDK: what a text may be. Those that our tables have. */
export type Category =
  | "Cabinet"
  | "Condition"
  | "CustomSource"
  | "DefaultDir"
  | "Filename"
  | "Formatted"
  | "Guid"
  | "Identifier"
  | "Language"
  | "Property"
  | "RegPath"
  | "Text"
  | "UpperCase"
  | "Version";

/** What the table `_Validation` says of a column besides its type. */
export interface ColumnRule {
  readonly category?: Category;
  /** The least and the largest number. */
  readonly min?: number;
  readonly max?: number;
  /** The tables, joined by semicolons, one of which has the value as its primary key. */
  readonly keyOf?: string;
  /** All values that are possible, joined by semicolons. */
  readonly set?: string;
}

/** A table of an installer: its columns, and what their values must be. */
export type InstallerSchema = TableSchema & { readonly rules: Readonly<Record<string, ColumnRule>> };
