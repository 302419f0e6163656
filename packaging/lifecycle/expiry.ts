const day = 24 * 60 * 60;

/** On `dev` TUF metadata lives ten years from its move, so that a no-op stays one. In seconds. */
export const tenYears = 10 * 365 * day;

/** How long what a move signs holds, in seconds; `days` where a stack says so. */
export function validity(days: number | undefined): number {
  return days === undefined ? tenYears : days * day;
}

/** A channel whose metadata ends before this time, in seconds since 1970, is signed anew: a third of its life is left. */
export function renewalTime(now: number, days: number): number {
  return now + Math.floor((days * day) / 3);
}
