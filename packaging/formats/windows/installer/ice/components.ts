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

/** Roots of the Registry table: of the user or the machine as the installation is, of the user. */
const [either, ofUser] = [-1, 1];

/** ICE57: no component has what is the machine's and what is one user's. */
export const ice57: IceCheck = function* (subject) {
  const withFiles = new Set(rowsOf(subject, "File").map((row) => textOf(row, "Component_")));
  const values = Map.groupBy(rowsOf(subject, "Registry"), (row) => textOf(row, "Component_"));
  for (const [name, rows] of values) {
    const roots = rows.map((row) => numberIn(row, "Root"));
    const machine = withFiles.has(name) || roots.some((root) => root !== either && root !== ofUser);
    if (machine && roots.includes(ofUser)) yield `${name} has what is one user's, and what is the machine's.`;
    if (withFiles.has(name) && roots.includes(either)) yield `${name} has files, and values that may be one user's.`;
  }
};

const sharedFile = 8;

/** ICE62: a component that is shared and isolated is counted, and in the features of the programs that it is isolated for. */
export const ice62: IceCheck = function* (subject) {
  const components = new Map(rowsOf(subject, "Component").map((row) => [textOf(row, "Component"), row]));
  const files = new Set(rowsOf(subject, "File").map((row) => textOf(row, "File")));
  const parents = new Map(
    rowsOf(subject, "Feature").map((row) => [textOf(row, "Feature"), textOf(row, "Feature_Parent")]),
  );
  const features = Map.groupBy(rowsOf(subject, "FeatureComponents"), (row) => textOf(row, "Component_"));
  const featuresOf = (name: string) => (features.get(name) ?? []).map((row) => textOf(row, "Feature_"));
  const withParents = (feature: string, depth = 0): string[] =>
    feature === "" || depth > 16 ? [] : [feature, ...withParents(parents.get(feature) ?? "", depth + 1)];
  for (const row of rowsOf(subject, "IsolatedComponent")) {
    const [shared, program] = [textOf(row, "Component_Shared"), textOf(row, "Component_Application")];
    const [one, other] = [components.get(shared), components.get(program)];
    if (one === undefined || other === undefined) continue; // ICE03
    if ((numberIn(one, "Attributes") & sharedFile) === 0) yield `${shared} is isolated, and not counted as shared.`;
    if (!files.has(textOf(other, "KeyPath")))
      yield `${program} has a component of its own, and no file as its key path.`;
    const missing = featuresOf(program).find((it) => !withParents(it).some((up) => featuresOf(shared).includes(up)));
    if (missing !== undefined) yield `${shared} is isolated for ${program}, and not in its feature ${missing}.`;
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
