/** A number that follows from a name: GitHub knows people and teams by one. */
export function numberOf(name: unknown): number {
  return [...String(name)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
}
