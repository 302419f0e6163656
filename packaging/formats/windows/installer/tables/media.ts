import { type Table, type TableSchema, table } from "../../database/table.ts";
import type { InstallLayout } from "../layout.ts";

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
} as const satisfies TableSchema;

/** The stream that is the cabinet. */
export const cabinetStream = "product.cab";

/** One disk, whose cabinet is a stream of the .msi itself. */
export function mediaTable({ files }: InstallLayout): Table {
  return table(mediaSchema, [{ DiskId: 1, LastSequence: files.length, Cabinet: `#${cabinetStream}` }]);
}
