import { type Table, table } from "../../database/table.ts";
import type { CustomAction } from "../custom-action.ts";
import type { InstallerSchema } from "../schema.ts";

/** The standard actions that our tables need, at the numbers that the SDK suggests ("Suggested InstallExecuteSequence"). */
const numbers = {
  FindRelatedProducts: 25,
  AppSearch: 50,
  LaunchConditions: 100,
  ValidateProductID: 700,
  CostInitialize: 800,
  FileCost: 900,
  CostFinalize: 1000,
  MigrateFeatureStates: 1200,
  ExecuteAction: 1300,
  InstallValidate: 1400,
  InstallInitialize: 1500,
  // Within the transaction: an upgrade that fails leaves the version before.
  RemoveExistingProducts: 1501,
  ProcessComponents: 1600,
  UnpublishFeatures: 1800,
  StopServices: 1900,
  DeleteServices: 2000,
  RemoveEnvironmentStrings: 3300,
  RemoveFiles: 3500,
  RemoveFolders: 3600,
  CreateFolders: 3700,
  InstallAdminPackage: 3900,
  InstallFiles: 4000,
  WriteEnvironmentStrings: 5200,
  InstallServices: 5800,
  RegisterUser: 6000,
  RegisterProduct: 6100,
  PublishFeatures: 6300,
  PublishProduct: 6400,
  InstallFinalize: 6600,
} as const;

type Action = keyof typeof numbers;

const costing = ["CostInitialize", "FileCost", "CostFinalize"] as const;
const upgrade = [
  "FindRelatedProducts",
  "AppSearch",
  "LaunchConditions",
  "ValidateProductID",
  "MigrateFeatureStates",
] as const;
const publishing = ["PublishFeatures", "PublishProduct", "InstallFinalize"] as const;
const transaction = ["InstallValidate", "InstallInitialize"] as const;

const sequences: Readonly<Record<string, readonly Action[]>> = {
  InstallExecuteSequence: [
    ...upgrade,
    ...costing,
    ...transaction,
    "RemoveExistingProducts",
    "ProcessComponents",
    "UnpublishFeatures",
    "StopServices",
    "DeleteServices",
    "RemoveEnvironmentStrings",
    "RemoveFiles",
    "RemoveFolders",
    "CreateFolders",
    "InstallFiles",
    "WriteEnvironmentStrings",
    "InstallServices",
    "RegisterUser",
    "RegisterProduct",
    ...publishing,
  ],
  InstallUISequence: [...upgrade, ...costing, "ExecuteAction"],
  AdminExecuteSequence: [...costing, ...transaction, "InstallAdminPackage", "InstallFiles", "InstallFinalize"],
  AdminUISequence: [...costing, "ExecuteAction"],
  AdvtExecuteSequence: ["CostInitialize", "CostFinalize", ...transaction, ...publishing],
};

const columns = { Action: "s72", Condition: "S255", Sequence: "I2" } as const;
const rules = {
  Action: { category: "Identifier" },
  Condition: { category: "Condition" },
  // Below zero: the dialogs of each way to end.
  Sequence: { min: -4, max: 32_767 },
} as const;

export const sequenceSchemas = Object.keys(sequences).map(
  (name) => ({ name, keys: 1, columns, rules }) as const satisfies InstallerSchema,
);

/**
 * The five tables that say what happens in which order: on installation, administrative installation, advertisement. Actions
 * of the product's own are for installation alone.
 */
export function sequenceTables(own: readonly CustomAction[]): Table[] {
  return sequenceSchemas.map((schema) => {
    const standard = (sequences[schema.name] ?? []).map((Action) => ({ Action, Sequence: numbers[Action] }));
    const added = own.map(({ key, condition, sequence }) => ({
      ...{ Action: key, Condition: condition, Sequence: sequence },
    }));
    return table(schema, schema.name === "InstallExecuteSequence" ? [...standard, ...added] : standard);
  });
}
