import { numberIn, propertyOf, rowsOf, textOf } from "../rows.ts";
import { isOfCategory } from "./categories.ts";
import type { IceCheck } from "./check.ts";

/** Each with what it has to be. A version has three fields that count, of 8, 8 and 16 bits. */
const required: Readonly<Record<string, (value: string) => boolean>> = {
  ProductCode: (value) => isOfCategory(value, "Guid") === true,
  UpgradeCode: (value) => isOfCategory(value, "Guid") === true,
  ProductName: (value) => value !== "",
  Manufacturer: (value) => value !== "",
  ProductLanguage: (value) => /^\d{1,5}$/.test(value),
  ProductVersion: (value) => {
    const [major = 0, minor = 0, build = 0] = value.split(".").map(Number);
    return /^\d+\.\d+\.\d+$/.test(value) && major <= 255 && minor <= 255 && build <= 65_535;
  },
};

/** ICE24: the product's own properties are there, and are what the installer makes of them. */
export const ice24: IceCheck = function* (subject) {
  for (const [name, isValid] of Object.entries(required)) {
    const value = propertyOf(subject, name);
    if (value === undefined) yield `The property ${name} is missing.`;
    else if (!isValid(value)) yield `The property ${name} is ${JSON.stringify(value)}, which it cannot be.`;
  }
};

/** What Windows' list of programs shows of a name. */
const longestName = 63;

/** ICE16: the list of programs shows the whole name. */
export const ice16: IceCheck = function* (subject) {
  const { length } = propertyOf(subject, "ProductName") ?? "";
  if (length > longestName) yield `The property ProductName has ${length} characters, and ${longestName} are shown.`;
};

/** ICE61: versions to replace are from low to high, and what was found is told to the part that has the rights. */
export const ice61: IceCheck = function* (subject) {
  const secure = new Set(propertyOf(subject, "SecureCustomProperties")?.split(";"));
  const found = new Set<string>();
  for (const row of rowsOf(subject, "Upgrade")) {
    const [from, to] = [textOf(row, "VersionMin"), textOf(row, "VersionMax")];
    const property = textOf(row, "ActionProperty");
    if (from === "" && to === "") yield `A row of the Upgrade table has no version.`;
    if (from !== "" && to !== "" && compareFields(from, to) > 0)
      yield `The Upgrade table asks for ${from} up to ${to}.`;
    if (!secure.has(property)) yield `${property} of the Upgrade table is not in SecureCustomProperties.`;
    if (found.has(property)) yield `Two rows of the Upgrade table set ${property}.`;
    found.add(property);
  }
};

function compareFields(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (const at of [0, 1, 2]) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** ICE65: a variable keeps what it was, where something is added to it. */
export const ice65: IceCheck = function* (subject) {
  for (const row of rowsOf(subject, "Environment")) {
    const [key, name, value] = [textOf(row, "Environment"), textOf(row, "Name"), textOf(row, "Value")];
    if (/^[-=+!*]*$/.test(name)) yield `${key} of the Environment table names no variable.`;
    if (/path$/i.test(name) && !/^\[~\];|;\[~\]$/.test(value))
      yield `${key} of the Environment table would replace ${name}.`;
  }
};

/** ICE99: no folder has the name of a property that is something else. */
export const ice99: IceCheck = function* (subject) {
  const properties = new Set(rowsOf(subject, "Property").map((row) => textOf(row, "Property")));
  for (const row of rowsOf(subject, "Directory")) {
    const folder = textOf(row, "Directory");
    if (properties.has(folder)) yield `${folder} is a folder, and a property too.`;
  }
};

/** ICE101 and the width of the column: keys of features are written to the registry. */
export const ice101: IceCheck = function* (subject) {
  for (const row of rowsOf(subject, "Feature")) {
    if (textOf(row, "Feature").length > 38) yield `${textOf(row, "Feature")} has more than 38 characters.`;
    if (numberIn(row, "Level") === 0) yield `${textOf(row, "Feature")} has the level 0, and would not be installed.`;
  }
};
