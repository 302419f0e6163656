import { html, type Markup, rows } from "./markup.ts";
import type { Step } from "./model.ts";

/** What to do, one after the other. The script puts a button to copy them beside the lines of each step. */
export function stepsList(steps: readonly Step[]): Markup {
  return html`<ol class="steps">
${steps.map(stepItem)}</ol>`;
}

function stepItem({ says, lines }: Step): Markup {
  return html`<li>
<p>${says}</p>
<div class="lines"><pre><code>${rows(lines)}</code></pre></div>
</li>
`;
}
