import type { MovedChannel } from "../lifecycle/remembered.ts";

/** One sentence for each product whose channel a stack moved before and moves no more: who stops getting updates. */
export function droppedProducts(
  moved: readonly MovedChannel[],
  channel: string,
  own: readonly string[],
): readonly string[] {
  const dropped = moved.filter((it) => it.channel !== channel || !own.includes(it.product));
  return dropped.map(
    ({ product, channel: left, version }) =>
      `this stack no longer moves channel ${left} of ${product}: its machines stay on ${version} and get no more updates ` +
      "from here. It stays in the suite while the foundation lists it, and what is published stays in the bucket.",
  );
}
