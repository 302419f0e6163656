import { html, type Markup, pathHref } from "./markup.ts";
import type { PublicKeys } from "./model.ts";
import { dateText, grouped } from "./words.ts";

/** Fingerprints of all keys, to be compared with what the archive's owner says in another place. */
export function keysSection({ archive, keyring, root }: PublicKeys, depth: number): Markup {
  const link = (path: string, text: string) => html`<a href="${pathHref(path, depth)}">${text}</a>`;
  return html`<section aria-labelledby="keys">
<h2 id="keys">Keys</h2>
<p>Compare these with what the archive's owner says in another place, before you trust the first download.</p>
<h3>Archive keys (OpenPGP)</h3>
${
  archive.length === 0
    ? html`<p>None.</p>`
    : html`<ul class="keys">
${archive.map(
  ({
    fingerprint,
    created,
    path,
  }) => html`<li><code>${grouped(fingerprint)}</code> <span class="aside">${link(path, "certificate")}, made ${dateText(created)}</span></li>
`,
)}</ul>`
}
${keyring && html`<p class="aside">All of them in one file for apt and gpgv: ${link(keyring, keyring.slice(keyring.lastIndexOf("/") + 1))}.</p>`}
<h3>Keys of the TUF root</h3>
${
  root.keyids.length === 0
    ? html`<p>None.</p>`
    : html`<ul class="keys">
${root.keyids.map((id) => html`<li><code>${id}</code></li>\n`)}</ul>
<p class="aside">They sign root ${root.version}, ${link("keys/tuf-root.json", "tuf-root.json")}, which says who may move which channel.</p>`
}
</section>`;
}
