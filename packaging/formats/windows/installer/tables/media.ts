import { type Table, table } from "../../database/table.ts";
import type { InstallLayout } from "../layout.ts";
import type { InstallerSchema } from "../schema.ts";

export const mediaSchema = {
  name: "Media",
  keys: 1,
  columns: {
    DiskId: "i2",
    LastSequence: "i4",
    DiskPrompt: "L64",
    Cabinet: "S255",
    VolumeLabel: "S32",
    Source: "S72",
  },
  rules: {
    DiskId: { min: 1, max: 32_767 },
    LastSequence: { min: 0, max: 2 ** 31 - 1 },
    DiskPrompt: { category: "Text" },
    Cabinet: { category: "Cabinet" },
    VolumeLabel: { category: "Text" },
    Source: { category: "Property" },
  },
} as const satisfies InstallerSchema;

/** The stream that is the cabinet. */
export const cabinetStream = "product.cab";

/** One disk, whose cabinet is a stream of the .msi itself. */
export function mediaTable({ files }: InstallLayout): Table {
  return table(mediaSchema, [{ DiskId: 1, LastSequence: files.length, Cabinet: `#${cabinetStream}` }]);
}
