import { sizeText } from "../cli/table.ts";
import { html, type Markup, rows } from "./markup.ts";
import type { Changes, ChannelModel, HistoryMove } from "./model.ts";
import { sizesFigure } from "./sizes-figure.ts";
import { timeElement } from "./time-element.ts";

/** What the channel served and what changed from one to the next, newest first. */
export function historySection({ history, earlier }: ChannelModel): Markup | undefined {
  if (history.length === 0) return undefined;
  const more = earlier
    ? html`<p class="aside">The channel has moves before these; <code>slipway history</code> tells all of them.</p>`
    : undefined;
  return html`<section aria-labelledby="history">
<h2 id="history">History</h2>
${sizesFigure(history)}
<ol class="history" reversed>
${history.map(moveItem)}</ol>
${more}
</section>`;
}

function moveItem({ version, kind, at, why, sizes, changes, serial }: HistoryMove): Markup {
  const total = sizes?.reduce((sum, { size }) => sum + size, 0);
  const back = kind === "rollback" ? html` <span class="badge back">went back</span>` : undefined;
  return html`<li>
<h3><span class="version">${version}</span>${back}</h3>
<p class="aside">${timeElement(at)}, serial ${serial}${total === undefined ? "" : `, ${sizeText(total)} in all`}</p>
${kind === "rollback" ? html`<p>${why}</p>` : undefined}
${changes && changesPart(changes)}
</li>
`;
}

function changesPart({ from, counts, size, lines }: Changes): Markup {
  const summary = html`Changes from ${from}: ${counts === "" ? "none" : counts}`;
  if (lines.length === 0) return html`<p class="aside">${summary}. Size ${size}.</p>`;
  return html`<details>
<summary>${summary}</summary>
<pre class="changes">${rows(lines, signOf)}</pre>
<p class="aside">Size ${size}.</p>
</details>`;
}

/** The sign at a line's beginning says what happened to what it is about. */
function signOf(line: string): string | undefined {
  const sign = /^\s*([-+])/.exec(line)?.[1];
  return sign === undefined ? undefined : { "+": "added", "-": "removed" }[sign];
}
