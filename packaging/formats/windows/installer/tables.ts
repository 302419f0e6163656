import type { Table } from "../database/table.ts";
import type { InstallLayout } from "./layout.ts";
import type { MsiOptions } from "./options.ts";
import { componentTable } from "./tables/components.ts";
import { directoryTable } from "./tables/directories.ts";
import { environmentTable } from "./tables/environment.ts";
import { featureComponentsTable, featureTable } from "./tables/features.ts";
import { type FactsByKey, fileHashTable, fileTable } from "./tables/files.ts";
import { mediaTable } from "./tables/media.ts";
import { propertyTable } from "./tables/properties.ts";
import { sequenceTables } from "./tables/sequences.ts";
import { launchConditionTable, upgradeTable } from "./tables/upgrades.ts";

/** Every table of an .msi. `product` is its product code. */
export function installerTables(
  layout: InstallLayout,
  options: MsiOptions,
  product: string,
  facts: FactsByKey,
): readonly Table[] {
  return [
    componentTable(layout),
    directoryTable(layout, options),
    environmentTable(layout, options),
    featureTable(options),
    featureComponentsTable(layout),
    fileTable(layout, facts),
    fileHashTable(layout, facts),
    launchConditionTable(options),
    mediaTable(layout),
    propertyTable(options, product),
    upgradeTable(options),
    ...sequenceTables(),
  ];
}
