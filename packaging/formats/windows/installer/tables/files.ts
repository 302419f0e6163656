import { type Table, table } from "../../database/table.ts";
import type { FileFacts } from "../file-facts.ts";
import type { InstallLayout } from "../layout.ts";
import type { InstallerSchema } from "../schema.ts";

export const fileSchema = {
  name: "File",
  keys: 1,
  columns: {
    File: "s72",
    Component_: "s72",
    FileName: "l255",
    FileSize: "i4",
    Version: "S72",
    Language: "S20",
    Attributes: "I2",
    Sequence: "i4",
  },
  rules: {
    File: { category: "Identifier" },
    Component_: { category: "Identifier", keyOf: "Component" },
    FileName: { category: "Filename" },
    FileSize: { min: 0, max: 2 ** 31 - 1 },
    Version: { category: "Version", keyOf: "File" },
    Language: { category: "Language" },
    Attributes: { min: 0, max: 32_767 },
    Sequence: { min: 1, max: 2 ** 31 - 1 },
  },
} as const satisfies InstallerSchema;

export const fileHashSchema = {
  name: "MsiFileHash",
  keys: 1,
  columns: { File_: "s72", Options: "i2", HashPart1: "i4", HashPart2: "i4", HashPart3: "i4", HashPart4: "i4" },
  rules: {
    File_: { category: "Identifier", keyOf: "File" },
    Options: { min: 0, max: 32_767 },
    HashPart1: {},
    HashPart2: {},
    HashPart3: {},
    HashPart4: {},
  },
} as const satisfies InstallerSchema;

/** A failure to install it cannot be ignored. */
const vital = 0x200;

export type FactsByKey = ReadonlyMap<string, FileFacts>;

/** Every file, with its version where it is a program that has one: Windows never puts a lower one over a higher one. */
export function fileTable({ files }: InstallLayout, facts: FactsByKey): Table {
  return table(
    fileSchema,
    files.map(({ key, component, name, entry, sequence }) => ({
      File: key,
      Component_: component,
      FileName: name,
      FileSize: entry.size,
      Version: facts.get(key)?.version,
      Language: facts.get(key)?.language,
      Attributes: vital,
      Sequence: sequence,
    })),
  );
}

/** By this MD5 Windows sees that a file without a version is the same, or was edited ("MsiFileHash Table"). */
export function fileHashTable({ files }: InstallLayout, facts: FactsByKey): Table {
  const rows = files.flatMap(({ key }) => {
    const { md5, version } = facts.get(key) ?? {};
    if (md5 === undefined || version !== undefined) return [];
    const [HashPart1 = 0, HashPart2 = 0, HashPart3 = 0, HashPart4 = 0] = [0, 4, 8, 12].map((at) => md5.readInt32LE(at));
    // The lowest number cannot be stored: one file in a thousand million is compared by its date instead.
    if ([HashPart1, HashPart2, HashPart3, HashPart4].includes(-(2 ** 31))) return [];
    return [{ File_: key, Options: 0, HashPart1, HashPart2, HashPart3, HashPart4 }];
  });
  return table(fileHashSchema, rows);
}
