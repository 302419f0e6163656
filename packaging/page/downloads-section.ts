import { sizeText } from "../cli/table.ts";
import { targetNames } from "../targets.ts";
import { html, type Markup, pathHref } from "./markup.ts";
import type { Download, ReleaseFacts } from "./model.ts";
import { targetName } from "./words.ts";

const order = [...targetNames, "any"] as const;

/** Every file with its size and digest, by target, and the signed files that vouch for them. */
export function downloadsSection({ downloads, folder }: ReleaseFacts, depth: number): Markup {
  const byTarget = Map.groupBy(downloads, ({ target }) => target);
  const link = (name: string) => html`<a href="${pathHref(`${folder}/${name}`, depth)}">${name}</a>`;
  const file = ({ name, size, sha256 }: Download) => html`<li>
<span class="name">${link(name)}</span> <span class="size">${sizeText(size)}</span>
<code class="digest"><span class="unseen">SHA-256 </span>${sha256}</code>
</li>
`;
  return html`<section aria-labelledby="downloads">
<h2 id="downloads">Downloads</h2>
${order.map((target) => {
  const files = byTarget.get(target);
  return (
    files &&
    html`<h3>${targetName(target)}</h3>
<ul class="files">
${files.map(file)}</ul>
`
  );
})}<p class="aside">The digest below each file is its SHA-256. All of them stand in ${link("SHA256SUMS")}, which is signed by ${link("SHA256SUMS.asc")}; what the release consists of says ${link("release.json")}.</p>
</section>`;
}
