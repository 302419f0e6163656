import { isoSeconds } from "../clock.ts";
import type { Mistake } from "../errors.ts";
import { means } from "../record/folder.ts";
import type { LostPeriod, Period } from "./periods.ts";

/** What the stack's file says of a product, what it said before, and what the channel serves. */
export interface Claim {
  readonly product: string;
  readonly channel: string;
  /** The stack's file, as messages call it. */
  readonly file: string;
  /** What the file asks for now; undefined where it leaves that to the manifest. */
  readonly wanted: string | undefined;
  /** What the last commit said that said something else; undefined where no commit did. */
  readonly previous: { readonly version: string | undefined; readonly commit: string } | undefined;
  /** What the channel serves; undefined where it was never moved. */
  readonly serving: Period | LostPeriod | undefined;
  /** What it served before that. */
  readonly servedBefore: Period | LostPeriod | undefined;
  /** The file asked for `wanted` before `previous`, too: the way back was committed, and this goes forward again. */
  readonly wantedAgain: boolean;
}

/**
 * The refusal (SLW-ROLLED-BACK) of a change of the stack's file that would undo what somebody did by hand: the channel
 * serves neither what the file said before nor what it asks for now. Undefined where the change may go on. Where the file
 * left the version to the manifest, only a rollback counts as done by hand.
 */
export function movedByHand(claim: Claim): Mistake | undefined {
  const { product, channel, file, wanted, previous, serving } = claim;
  if (serving === undefined) return undefined;
  if (serving.release === undefined) {
    return {
      code: "SLW-ROLLED-BACK",
      message: `What ${channel} of ${product} serves (serial ${serving.serial}) cannot be told: ${serving.path} is lost.`,
      hint: "slipway history shows what is left; pulumi up --refresh brings back what the stack's state remembers.",
    };
  }
  const { release, by, moved, serial, kind } = serving;
  if (wanted !== undefined && means(wanted, release)) return undefined;
  const said = previous?.version;
  if (undoesRollback(claim)) return undone(claim, serving);
  if (said === undefined ? kind !== "rollback" && previous !== undefined : means(said, release)) return undefined;
  const at = isoSeconds(moved.at(-1) ?? 0);
  return {
    code: "SLW-ROLLED-BACK",
    message:
      `${channel} serves ${product} ${release.folder} since ${at} (serial ${serial}, by ${by}), but ` +
      `${saidBefore(file, previous)} before this change: somebody moved the channel by hand. Nothing was written.`,
    hint:
      `Ask why. Where ${release.folder} is to stay: commit slipway:version ${release.folder}. Where ${wanted ?? "the manifest's version"} ` +
      `is to follow it: commit ${release.folder} first, so that the repository says what is live, and this change after it.`,
  };
}

/** Whether the channel was rolled back from just what the file asks for, and no commit says so: a later job would undo it. */
function undoesRollback({ wanted, serving, servedBefore, wantedAgain }: Claim): boolean {
  if (wanted === undefined || wantedAgain || serving?.release === undefined || serving.kind !== "rollback")
    return false;
  return servedBefore?.release !== undefined && means(wanted, servedBefore.release);
}

function undone({ product, channel, file, wanted }: Claim, { release, by, moved, serial }: Period): Mistake {
  const at = isoSeconds(moved.at(-1) ?? 0);
  return {
    code: "SLW-ROLLED-BACK",
    message:
      `${channel} was rolled back from ${product} ${wanted} to ${release.folder} at ${at} (serial ${serial}, by ${by}), and ` +
      `${file} still asks for ${wanted}: this update would undo that. Nothing was written.`,
    hint: `Ask why. Where ${release.folder} is to stay: commit slipway:version ${release.folder}; a later commit may ask for ${wanted} again.`,
  };
}

function saidBefore(file: string, previous: Claim["previous"]): string {
  if (previous === undefined) return `no commit of ${file} said anything else`;
  const { version, commit } = previous;
  return `${file} said ${version ?? "nothing of a version"} (commit ${commit.slice(0, 12)})`;
}
