/**
 * Works on up to `width` items at a time and yields the results in the items' order. It reads ahead no further than that,
 * so a slow reader holds the work back. A failure is thrown in its turn; what else runs then ends unheard.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Awaited below in its turn; without this a failure that comes before its turn would end the process.
    result.catch(() => undefined);
    running.push(result);
    if (running.length === width) yield await next(running);
  }
  while (running.length > 0) yield await next(running);
}

function next<Result>(running: Promise<Result>[]): Promise<Result> {
  const first = running.shift();
  if (first === undefined) throw new RangeError("inOrder: nothing is running");
  return first;
}
