import { type InstallerTables, numberIn, type ReadRow, rowsOf, textOf } from "../rows.ts";
import type { IceCheck } from "./check.ts";

const costing = ["CostInitialize", "FileCost", "CostFinalize"];
const changing = ["InstallValidate", "InstallInitialize", "InstallFinalize"];

/** What each sequence must have, in this order. */
const required: Readonly<Record<string, readonly string[]>> = {
  InstallExecuteSequence: [...costing, ...changing],
  InstallUISequence: [...costing, "ExecuteAction"],
  AdminExecuteSequence: [...costing, ...changing],
  AdminUISequence: [...costing, "ExecuteAction"],
  AdvtExecuteSequence: ["CostInitialize", "CostFinalize", ...changing],
};

/** What only stands between the beginning and the end of the transaction, in this order. */
const within = [
  "InstallInitialize",
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
  "StartServices",
  "RegisterUser",
  "RegisterProduct",
  "PublishFeatures",
  "PublishProduct",
  "InstallFinalize",
];

const actionsOf = (subject: InstallerTables, sequence: string): readonly ReadRow[] =>
  rowsOf(subject, sequence).toSorted((a, b) => numberIn(a, "Sequence") - numberIn(b, "Sequence"));

/** ICE26: what a sequence cannot do without is there. */
export const ice26: IceCheck = function* (subject) {
  for (const [sequence, actions] of Object.entries(required)) {
    const found = new Set(rowsOf(subject, sequence).map((row) => textOf(row, "Action")));
    for (const action of actions) if (!found.has(action)) yield `${sequence} has no ${action}.`;
  }
};

/** ICE27: actions are in the order in which they need each other. */
export const ice27: IceCheck = function* (subject) {
  for (const [sequence, first] of Object.entries(required)) {
    const actions = actionsOf(subject, sequence).map((row) => textOf(row, "Action"));
    for (const order of [first, within]) yield* outOfOrder(sequence, actions, order);
    const numbers = rowsOf(subject, sequence).map((row) => numberIn(row, "Sequence"));
    if (new Set(numbers).size < numbers.length) yield `Two actions of ${sequence} have one number.`;
  }
};

function* outOfOrder(sequence: string, actions: readonly string[], order: readonly string[]): Generator<string> {
  const places = order.filter((action) => actions.includes(action));
  for (const [at, action] of places.entries()) {
    const next = places[at + 1];
    if (next !== undefined && actions.indexOf(action) > actions.indexOf(next)) {
      yield `In ${sequence}, ${action} comes after ${next}.`;
    }
  }
}

/** ICE63: older versions are removed where it can be undone, or before anything is done. */
export const ice63: IceCheck = function* (subject) {
  const actions = actionsOf(subject, "InstallExecuteSequence").map((row) => textOf(row, "Action"));
  const at = actions.indexOf("RemoveExistingProducts");
  if (at === -1) {
    if (rowsOf(subject, "Upgrade").length > 0)
      yield "There is an Upgrade table, and RemoveExistingProducts is missing.";
    return;
  }
  const before = actions[at - 1] ?? "";
  if (!["InstallValidate", "InstallInitialize", "InstallFinalize", "InstallExecute"].includes(before)) {
    yield `RemoveExistingProducts comes after ${before || "nothing"}.`;
  }
};

/** ICE84: what a sequence cannot do without is done in any case. */
export const ice84: IceCheck = function* (subject) {
  for (const [sequence, actions] of Object.entries(required)) {
    for (const row of rowsOf(subject, sequence)) {
      const action = textOf(row, "Action");
      if (row["Condition"] !== undefined && actions.includes(action)) yield `${action} of ${sequence} has a condition.`;
    }
  }
};

/** ICE96: an advertised product is published. */
export const ice96: IceCheck = function* (subject) {
  const found = new Set(rowsOf(subject, "AdvtExecuteSequence").map((row) => textOf(row, "Action")));
  for (const action of ["PublishFeatures", "PublishProduct"]) {
    if (!found.has(action)) yield `AdvtExecuteSequence has no ${action}.`;
  }
};
