import { byBytes } from "../byte-order.ts";
import type { ContentEntry } from "../record/inventory.ts";
import { compareEntries, compareScripts, type EntryChange, type ScriptChange } from "./entries.ts";
import { compareFields, type Field, type FieldChange, fieldsOfControl } from "./fields.ts";
import { compareTexts, type TextChange } from "./lines.ts";

/** One of the two things that are compared: a release, or a file. */
export interface Side {
  /** As people call it: `runtime 1.4.0`, `runtime_1.4.0_amd64.deb`. */
  readonly name: string;
  /** What is true of the whole: version, features, services. */
  readonly facts: readonly Field[];
  readonly artifacts: readonly ComparedArtifact[];
}

export interface ComparedArtifact {
  /** What the artifact is for, the same in every version: `tar.zst`, `runtime-bin.deb`. */
  readonly role: string;
  /** The target of a release's artifact; empty for a file. */
  readonly target: string;
  readonly name: string;
  readonly size: number;
  /** SHA-256 of the content, without embedded signatures. */
  readonly sha256: string;
  readonly control: readonly (readonly [name: string, value: string])[];
  readonly entries: readonly ContentEntry[];
  readonly scripts: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
  readonly texts: Readonly<Record<string, string>>;
}

/** What differs between two releases or files. A pure value: the same sides give the same one, to the byte. */
export interface Difference {
  readonly from: string;
  readonly to: string;
  /** Nothing differs, neither bytes nor facts. */
  readonly same: boolean;
  readonly facts: readonly FieldChange[];
  /** Every artifact of both sides, sorted by target and role. */
  readonly artifacts: readonly ArtifactDifference[];
  /** Bytes of all artifacts together. */
  readonly size: { readonly from: number; readonly to: number };
}

export interface ArtifactDifference {
  readonly role: string;
  readonly target: string;
  /** `same`: byte for byte. `changed` without any list below: other bytes around the same content. */
  readonly change: "same" | "changed" | "added" | "removed";
  readonly from?: ArtifactIdentity;
  readonly to?: ArtifactIdentity;
  readonly control: readonly FieldChange[];
  readonly entries: readonly EntryChange[];
  readonly scripts: readonly ScriptChange[];
  readonly texts: readonly TextChange[];
}

export type ArtifactIdentity = Pick<ComparedArtifact, "name" | "size" | "sha256">;

/** Compares two sides; artifacts are paired by target and role. */
export function compare(from: Side, to: Side): Difference {
  const before = new Map(from.artifacts.map((artifact) => [keyOf(artifact), artifact]));
  const after = new Map(to.artifacts.map((artifact) => [keyOf(artifact), artifact]));
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort(byBytes);
  const artifacts = keys.map((key) => compareArtifacts(before.get(key), after.get(key)));
  const facts = compareFields(from.facts, to.facts);
  return {
    from: from.name,
    to: to.name,
    same: facts.length === 0 && artifacts.every(({ change }) => change === "same"),
    facts,
    artifacts,
    size: { from: totalSize(from), to: totalSize(to) },
  };
}

function keyOf({ target, role }: ComparedArtifact): string {
  return `${target}\n${role}`;
}

function compareArtifacts(from: ComparedArtifact | undefined, to: ComparedArtifact | undefined): ArtifactDifference {
  const { role = "", target = "" } = to ?? from ?? {};
  const sides = { ...(from && { from: identity(from) }), ...(to && { to: identity(to) }) };
  if (from?.sha256 === to?.sha256) {
    return { role, target, change: "same", ...sides, control: [], entries: [], scripts: [], texts: [] };
  }
  return {
    role,
    target,
    change: from === undefined ? "added" : to === undefined ? "removed" : "changed",
    ...sides,
    control: compareFields(fieldsOfControl(from?.control ?? []), fieldsOfControl(to?.control ?? [])),
    entries: compareEntries(from?.entries ?? [], to?.entries ?? []),
    scripts: compareScripts(from?.scripts, to?.scripts),
    texts: compareTexts(from?.texts, to?.texts),
  };
}

function identity({ name, size, sha256 }: ComparedArtifact): ArtifactIdentity {
  return { name, size, sha256 };
}

function totalSize({ artifacts }: Side): number {
  return artifacts.reduce((sum, { size }) => sum + size, 0);
}
