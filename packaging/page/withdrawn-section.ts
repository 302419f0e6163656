import { html, type Markup } from "./markup.ts";
import type { ChannelModel } from "./model.ts";
import { timeElement } from "./time-element.ts";

/** Versions that the channel went back from. The section is there only where there are some. */
export function withdrawnSection({ withdrawn, product, version }: ChannelModel): Markup | undefined {
  if (withdrawn.length === 0) return undefined;
  return html`<section class="notice" aria-labelledby="withdrawn">
<h2 id="withdrawn">Withdrawn</h2>
<p>This channel served these versions and went back from them. New installations get ${product} ${version}.</p>
<ul>
${withdrawn.map(
  (
    it,
  ) => html`<li><strong>${product} ${it.version}</strong>, served from ${timeElement(it.from)} to ${timeElement(it.until)}. Reason: ${it.reason}.</li>
`,
)}</ul>
</section>`;
}
