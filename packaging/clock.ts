/** The door to time. Builds never use it: their only clock is the epoch. It dates moves of channels and indices. */
export interface Clock {
  /** Seconds since 1970, whole. */
  now(): number;
}

export const systemClock: Clock = { now: () => Math.floor(Date.now() / 1000) };

/** `2026-11-22T10:00:00Z`: whole seconds, always UTC. */
export function isoSeconds(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
