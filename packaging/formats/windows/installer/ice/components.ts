import { numberIn, repeated, rowsOf, textOf } from "../rows.ts";
import type { IceCheck } from "./check.ts";

/** ICE08: no two components have one GUID. */
export const ice08: IceCheck = function* (subject) {
  const guids = rowsOf(subject, "Component").map((row) => textOf(row, "ComponentId"));
  for (const guid of repeated(guids.filter((it) => it !== ""))) yield `Two components have the GUID ${guid}.`;
};

/** ICE18: a component whose key path is its folder makes that folder. */
export const ice18: IceCheck = function* (subject) {
  const made = new Set(rowsOf(subject, "CreateFolder").map((row) => textOf(row, "Component_")));
  for (const row of rowsOf(subject, "Component")) {
    const name = textOf(row, "Component");
    if (row["KeyPath"] === undefined && !made.has(name)) yield `${name} has no key path, and makes no folder.`;
  }
};

/** ICE21: every component is in a feature. */
export const ice21: IceCheck = function* (subject) {
  const used = new Set(rowsOf(subject, "FeatureComponents").map((row) => textOf(row, "Component_")));
  for (const row of rowsOf(subject, "Component")) {
    const name = textOf(row, "Component");
    if (!used.has(name)) yield `${name} is in no feature, and would not be installed.`;
  }
};

const sixtyFourBit = 0x100;

/** ICE80: components are of as many bits as the package says. */
export const ice80: IceCheck = function* (subject) {
  const template = subject.summary.template ?? "";
  const wide = /^(?:x64|Intel64|Arm64);/.test(template);
  for (const row of rowsOf(subject, "Component")) {
    const is64 = (numberIn(row, "Attributes") & sixtyFourBit) !== 0;
    if (is64 !== wide) yield `${textOf(row, "Component")} is of ${is64 ? 64 : 32} bits in a package for ${template}.`;
  }
};
