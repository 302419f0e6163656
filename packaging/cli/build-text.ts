import type { BuildEvent } from "../builds/build.ts";
import { sizeText } from "./table.ts";

/** The line that shows what happens to an artifact: `compressing 10.4 MB`, `71 %, 3.1 MB/s`, `4.1 MB, built in 12.3 s`, `4.1 MB, cached`, `4.1 MB, from the shared cache`. */
export function buildText(event: BuildEvent): string {
  switch (event.kind) {
    case "progress":
      if (event.done === 0 && event.total > 0) return `compressing ${sizeText(event.total)}`;
      return `${percent(event.done, event.total)} %, ${sizeText(Math.round(event.done / event.seconds))}/s`;
    case "built":
      return `${sizeText(event.size)}, built in ${event.seconds.toFixed(1)} s`;
    case "cached":
      return `${sizeText(event.size)}, cached`;
    case "fetched":
      return `${sizeText(event.size)}, from the shared cache`;
  }
}

/** Rounded down: 100 only when all is done. An empty tree is done from the start. */
function percent(done: number, total: number): number {
  return total === 0 ? 100 : Math.floor((100 * done) / total);
}
