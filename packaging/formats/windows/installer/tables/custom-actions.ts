import { type Table, table } from "../../database/table.ts";
import type { CustomAction } from "../custom-action.ts";
import { rootFolder } from "../layout.ts";
import type { InstallerSchema } from "../schema.ts";

export const customActionSchema = {
  name: "CustomAction",
  keys: 1,
  columns: { Action: "s72", Type: "i2", Source: "S72", Target: "S255", ExtendedType: "I4" },
  rules: {
    Action: { category: "Identifier" },
    Type: { min: 1, max: 32_767 },
    Source: { category: "CustomSource" },
    Target: { category: "Formatted" },
    ExtendedType: { min: 0, max: 2 ** 31 - 1 },
  },
} as const satisfies InstallerSchema;

/** "Custom Action Type 34" (a command line), and its options. */
const type = { command: 34, ignoreExitCode: 64, undo: 256, deferred: 1024, asSystem: 2048 } as const;

export function customActionTable(actions: readonly CustomAction[]): Table {
  return table(
    customActionSchema,
    actions.map(({ key, command, runs, vital }) => ({
      Action: key,
      Type:
        (type.command | type.deferred | type.asSystem) +
        (runs === "undo" ? type.undo : 0) +
        (vital ? 0 : type.ignoreExitCode),
      // The folder that the command runs in.
      Source: rootFolder,
      Target: command,
    })),
  );
}
