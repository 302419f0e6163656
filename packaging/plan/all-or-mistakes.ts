import { type Mistake, refuseMistakes, SlipwayError } from "../errors.ts";

/**
 * Waits for all, also after one was refused: a user hears of every mistake at once, in the order of the work. An error
 * that is no refusal is thrown as it is.
 */
export async function allOrMistakes<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  const ended = await Promise.allSettled(work);
  const mistakes = ended.flatMap((it): readonly Mistake[] => {
    if (it.status === "fulfilled") return [];
    if (it.reason instanceof SlipwayError) return it.reason.mistakes;
    throw it.reason;
  });
  // Two targets that stage one wrong input say the same of it.
  const told = new Set<string>();
  refuseMistakes(mistakes.filter((mistake) => !told.has(JSON.stringify(mistake)) && told.add(JSON.stringify(mistake))));
  return ended.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
}
