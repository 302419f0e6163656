import type { Verdict, Verification } from "../verify/verify-bucket.ts";

/** How a bucket is as a whole. */
export type BucketState = "whole" | "lagging" | "damaged";

/** Damage outweighs indices that are behind. */
export function stateOf({ findings }: Verification): BucketState {
  if (findings.length === 0) return "whole";
  return findings.some(({ kind }) => kind === "damaged") ? "damaged" : "lagging";
}

/** One line for each thing that is wrong, with what belongs there and who can restore it; then what was looked at. */
export function verifyText(found: Verification): string {
  const { trust, channels, suites, releases, findings } = found;
  const lines = findings.map(findingText);
  const damage = findings.filter(({ kind }) => kind === "damaged").length;
  const lag = findings.length - damage;
  const state = { whole: "whole", lagging: `whole, ${lag} behind`, damaged: `${damage} damaged, ${lag} behind` }[
    stateOf(found)
  ];
  const looked = `${counted(channels, "channel")}, ${counted(suites, "suite")}, ${releases} ${releases === 1 ? "release" : "releases"}`;
  return `${lines.join("")}${trust.map((it) => `trust    ${it}\n`).join("")}${channels.map((it) => `channel  ${it}\n`).join("")}${looked}: ${state}\n`;
}

function findingText({ kind, sentence, expected, found, restoredBy }: Verdict): string {
  const sides = expected === undefined ? [] : [`expected ${expected}`, `found ${found}`];
  return [`${kind.padEnd(8)} ${sentence}`, ...[...sides, restoredBy].map((it) => `         ${it}`), ""].join("\n");
}

function counted(list: readonly string[], word: string): string {
  return `${list.length} ${word}${list.length === 1 ? "" : "s"}`;
}
