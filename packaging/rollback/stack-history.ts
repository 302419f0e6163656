import { z } from "zod";
import { refusal } from "../errors.ts";
import type { VersionSetting } from "./version-setting.ts";

/** One update as `pulumi stack history --json` tells it, on any backend. */
export interface StackUpdate {
  readonly result: string;
  /** Seconds since 1970: an entry that this update wrote is dated between the two. */
  readonly from: number;
  readonly to: number;
  /** What `slipway:version` was for it; undefined where it was not set. */
  readonly version: VersionSetting;
}

const configValue = z.looseObject({ value: z.string().optional(), objectValue: z.unknown().optional() });
const update = z.looseObject({
  kind: z.string(),
  result: z.string(),
  startTime: z.string(),
  endTime: z.string().optional(),
  config: z.record(z.string(), configValue).nullish(),
});

/**
 * Reads a stack's history, newest first, as `pulumi stack history --json --show-secrets=false` prints it. Only updates
 * count: a refresh or a destroy moves no channel. Refuses (SLW-TOOL-MISSING) what has another shape.
 */
export function parseStackHistory(text: string): readonly StackUpdate[] {
  const parsed = z.array(update).safeParse(json(text));
  if (!parsed.success) {
    throw refusal("SLW-TOOL-MISSING", "The engine's history of the stack has a form that is not known here.", {
      hint: "The oldest engine that this works with is pulumi 3.250.0.",
    });
  }
  return parsed.data
    .filter(({ kind }) => kind === "update")
    .map(({ result, startTime, endTime, config }) => ({
      result,
      from: seconds(startTime),
      to: seconds(endTime ?? startTime),
      version: versionIn(config?.["slipway:version"]),
    }));
}

function versionIn(found: z.infer<typeof configValue> | undefined): VersionSetting {
  if (found === undefined) return undefined;
  const map = z.record(z.string(), z.string()).safeParse(found.objectValue ?? json(found.value ?? ""));
  return map.success ? map.data : found.value;
}

function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
