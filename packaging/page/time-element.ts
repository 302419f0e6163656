import { html, type Markup } from "./markup.ts";
import { dateText } from "./words.ts";

/** A time of a signed entry, for people and for programs. */
export function timeElement(time: string): Markup {
  return html`<time datetime="${time}">${dateText(time)}</time>`;
}
