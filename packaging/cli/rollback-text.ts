import type { Target } from "../rollback/choose-target.ts";
import type { Period } from "../rollback/periods.ts";

/** What a person reads before a rollback is previewed. `now` is in seconds since 1970. */
export interface Intent {
  readonly product: string;
  readonly channel: string;
  readonly stack: string;
  /** The stack's file, as git calls it. */
  readonly file: string;
  readonly target: Target;
  /** Lines of what users of each platform get. */
  readonly users: readonly string[];
  readonly now: number;
}

/** What is served, since when and by whom, what was before, and what the way back means for users. */
export function intentText({ product, channel, stack, file, target, users, now }: Intent): string {
  const { serving, before, release, resumed, unknownToStack } = target;
  const served = `${channel} has served ${product} ${serving.release.folder} for ${durationText(now - begun(serving))}`;
  const earlier =
    before === undefined
      ? ""
      : ` Before it: ${before.release.folder}, for ${durationText(begun(serving) - begun(before))}.`;
  const lines = [`${served} (serial ${serving.serial}, by ${serving.by}).${earlier}`];
  if (resumed)
    lines.push(`${file} asks for ${release.folder} already, and no update has finished it: this goes on with it.`);
  if (unknownToStack)
    lines.push(`No update in the history of stack ${stack} asked for ${release.folder}; the channel's journal has it.`);
  lines.push(`Going back to ${release.folder} moves pointers only.${users.length === 0 ? "" : " What users get:"}`);
  return `${[...lines, ...users].join("\n")}\n\n`;
}

/** What a person reads after it: what is served now, and the commit that makes the repository say so. */
export function doneText({ product, channel, file, target }: Intent, serial: number, tracked: boolean): string {
  const { release } = target;
  const now = `\n${channel} serves ${product} ${release.folder} (serial ${serial}).`;
  if (!tracked) return `${now} ${file} says so, and is not in git: there is nothing to commit.\n`;
  const message = `Roll ${product} on ${channel} back to ${release.folder}`;
  return `${now} Commit the stack's file, so that the repository says so too:\n  git add ${file} && git commit -m "${message}"\n`;
}

/** `40 s`, `5 min`, `2 h`, `12 days`: how long, as people say it. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

function begun({ moved }: Period): number {
  return moved.at(-1) ?? 0;
}
