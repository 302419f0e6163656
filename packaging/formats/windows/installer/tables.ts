import type { Table } from "../database/table.ts";
import { hookActions } from "./hook-actions.ts";
import type { PackageCodes } from "./identity.ts";
import type { InstallLayout } from "./layout.ts";
import type { MsiOptions } from "./options.ts";
import type { InstallerSchema } from "./schema.ts";
import { serviceActions } from "./service-actions.ts";
import { componentSchema, componentTable } from "./tables/components.ts";
import { customActionSchema, customActionTable } from "./tables/custom-actions.ts";
import { directorySchema, directoryTable } from "./tables/directories.ts";
import { environmentSchema, environmentTable } from "./tables/environment.ts";
import { featureComponentsSchema, featureComponentsTable, featureSchema, featureTable } from "./tables/features.ts";
import { type FactsByKey, fileHashSchema, fileHashTable, fileSchema, fileTable } from "./tables/files.ts";
import { createFolderSchema, createFolderTable } from "./tables/folders.ts";
import { mediaSchema, mediaTable } from "./tables/media.ts";
import { propertySchema, propertyTable } from "./tables/properties.ts";
import {
  appSearchSchema,
  appSearchTable,
  launchConditionSchema,
  launchConditionTable,
  regLocatorSchema,
  regLocatorTable,
} from "./tables/requirements.ts";
import { sequenceSchemas, sequenceTables } from "./tables/sequences.ts";
import {
  serviceControlSchema,
  serviceControlTable,
  serviceInstallSchema,
  serviceInstallTable,
} from "./tables/services.ts";
import { upgradeSchema, upgradeTable } from "./tables/upgrades.ts";
import { validationTable } from "./tables/validation.ts";

const schemas: readonly InstallerSchema[] = [
  appSearchSchema,
  componentSchema,
  createFolderSchema,
  customActionSchema,
  directorySchema,
  environmentSchema,
  featureSchema,
  featureComponentsSchema,
  fileSchema,
  fileHashSchema,
  launchConditionSchema,
  mediaSchema,
  propertySchema,
  regLocatorSchema,
  serviceControlSchema,
  serviceInstallSchema,
  upgradeSchema,
  ...sequenceSchemas,
];

/** Every table of an .msi. */
export function installerTables(
  layout: InstallLayout,
  options: MsiOptions,
  codes: PackageCodes,
  facts: FactsByKey,
): readonly Table[] {
  const actions = [...serviceActions(options), ...hookActions(options)];
  return [
    appSearchTable(options),
    componentTable(layout),
    createFolderTable(layout),
    customActionTable(actions),
    directoryTable(layout, options),
    environmentTable(layout, options),
    featureTable(options),
    featureComponentsTable(layout),
    fileTable(layout, facts),
    fileHashTable(layout, facts),
    launchConditionTable(options),
    mediaTable(layout),
    propertyTable(options, codes),
    regLocatorTable(options),
    serviceControlTable(layout, options),
    serviceInstallTable(layout, options),
    upgradeTable(options),
    ...sequenceTables(actions),
    validationTable(schemas),
  ];
}
