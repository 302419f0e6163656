/** How many items are worked on at a time, and how many may be held: waiting, worked on, or done before their turn. */
export interface Width {
  readonly atOnce: number;
  readonly held: number;
}

/**
 * Works on several items at a time and yields the results in the items' order. It reads ahead no further than `held`
 * items, so a slow reader holds the work back. A failure is thrown in its turn; what else runs then ends unheard.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  { atOnce, held }: Width,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running = new Set<Promise<unknown>>();
  const start = async (item: Item): Promise<Result> => {
    // Those that wait wake together, in the order they came in; each looks again.
    while (running.size >= atOnce) await Promise.race(running);
    const result = work(item);
    const settled = result.catch(() => undefined).finally(() => running.delete(settled));
    running.add(settled);
    return result;
  };
  const results: Promise<Result>[] = [];
  for await (const item of items) {
    const result = start(item);
    // Awaited below in its turn; without this a failure that comes before its turn would end the process.
    result.catch(() => undefined);
    results.push(result);
    if (results.length === held) yield await next(results);
  }
  while (results.length > 0) yield await next(results);
}

function next<Result>(results: Promise<Result>[]): Promise<Result> {
  const first = results.shift();
  if (first === undefined) throw new RangeError("inOrder: nothing is held");
  return first;
}
