import type { BuildEvent } from "../builds/build.ts";
import { shortDigest, sizeText, table } from "./table.ts";

/** What `slipway build` did. */
export interface BuildReport {
  readonly target: string;
  readonly artifacts: readonly {
    readonly product: string;
    readonly version: string;
    readonly name: string;
    readonly size: number;
    readonly sha256: string;
    readonly recipe: string;
    /** Built now, found in this machine's cache, or taken from the shared one. */
    readonly how: Exclude<BuildEvent["kind"], "progress">;
  }[];
  readonly shared?: {
    readonly location: string;
    /** False where this machine has no private key to sign entries with. */
    readonly filled: boolean;
    readonly uploaded: number;
    /** What could not be uploaded, and is tried again by the next run. */
    readonly waiting: number;
  };
}

/** The report for people. */
export function buildReportText({ target, artifacts, shared }: BuildReport): string {
  if (artifacts.length === 0) return `Nothing is built for ${target}: the stack takes its versions from the bucket.\n`;
  const rows = artifacts.map(({ name, size, sha256, how }) => [name, sizeText(size), shortDigest(sha256), words[how]]);
  const columns = [
    { title: target, align: "left" },
    { title: "size", align: "right" },
    { title: "content digest", align: "left" },
    { title: "", align: "left" },
  ] as const;
  return `${table(columns, rows)}${shared === undefined ? "" : `${sharedText(shared)}\n`}`;
}

const words = { built: "built", cached: "was here", fetched: "from the shared cache" } as const;

function sharedText({ location, filled, waiting }: NonNullable<BuildReport["shared"]>): string {
  if (!filled) return `The shared cache ${location} was read and not filled: its private key is not at hand.`;
  if (waiting === 0) return `The shared cache ${location} has all of it.`;
  return `${waiting} of it could not go into the shared cache ${location}; the next run tries again.`;
}
