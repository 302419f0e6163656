import { type Table, table } from "../../database/table.ts";
import { upgradeCode } from "../identity.ts";
import type { MsiOptions } from "../options.ts";
import type { InstallerSchema } from "../schema.ts";

export const upgradeSchema = {
  name: "Upgrade",
  keys: 5,
  columns: {
    UpgradeCode: "s38",
    VersionMin: "S20",
    VersionMax: "S20",
    Language: "S255",
    Attributes: "i4",
    Remove: "S255",
    ActionProperty: "s72",
  },
  rules: {
    UpgradeCode: { category: "Guid" },
    VersionMin: { category: "Text" },
    VersionMax: { category: "Text" },
    Language: { category: "Language" },
    Attributes: { min: 0, max: 2 ** 31 - 1 },
    Remove: { category: "Formatted" },
    ActionProperty: { category: "UpperCase" },
  },
} as const satisfies InstallerSchema;

/** "Upgrade Table" of the Windows Installer SDK, Attributes. */
const attributes = { migrateFeatures: 1, onlyDetect: 2, minInclusive: 0x100, maxInclusive: 0x200 } as const;

export const replaced = "REPLACEDVERSIONS";
export const newer = "NEWERVERSION";

/**
 * Which installed versions are replaced: older ones and the same, of which a later build is another product; in a rollback
 * build newer ones too.
 */
export function upgradeTable(options: MsiOptions): Table {
  const code = { UpgradeCode: upgradeCode(options) };
  const { migrateFeatures, onlyDetect, minInclusive, maxInclusive } = attributes;
  if (options.downgrades === "allowed") {
    const Attributes = migrateFeatures | minInclusive;
    return table(upgradeSchema, [{ ...code, VersionMin: "0.0.0", Attributes, ActionProperty: replaced }]);
  }
  const { version } = options;
  return table(upgradeSchema, [
    {
      ...code,
      VersionMin: "0.0.0",
      VersionMax: version,
      Attributes: migrateFeatures | minInclusive | maxInclusive,
      ActionProperty: replaced,
    },
    { ...code, VersionMin: version, Attributes: onlyDetect, ActionProperty: newer },
  ]);
}
