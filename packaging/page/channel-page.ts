import { sizeText } from "../cli/table.ts";
import type { Page } from "./document.ts";
import { downloadsSection } from "./downloads-section.ts";
import { historySection } from "./history-section.ts";
import { installSection } from "./install-section.ts";
import { keysSection } from "./keys-section.ts";
import { html, httpAddress, type Markup, pathHref } from "./markup.ts";
import type { ChannelModel, ReleaseFacts } from "./model.ts";
import { channelPagePath, indexPath } from "./places.ts";
import { stepsList } from "./steps.ts";
import { timeElement } from "./time-element.ts";
import { withdrawnSection } from "./withdrawn-section.ts";

/** Pages of channels lie one folder below the bucket's root. */
const depth = 1;

/** What a channel serves, how to get it and trust it, and how it came there. */
export function channelPage(model: ChannelModel): Page {
  const { product, channel, version, release, serial } = model;
  const name = `${product} ${version}`;
  return {
    path: channelPagePath(product, channel),
    title: `${name} (${channel})`,
    description: release?.summary ?? `${name} on channel ${channel}`,
    number: { numbering: "serial", value: serial },
    header: html`<nav aria-label="Trail"><a href="${pathHref(indexPath, depth)}">All releases</a> <span aria-hidden="true">/</span> ${product} <span aria-hidden="true">/</span> <span aria-current="page">${channel}</span></nav>
<h1>${product} <span class="version">${version}</span> <span class="badge">${channel}</span></h1>
${release && html`<p class="summary">${release.summary}</p>`}
${facts(model)}`,
    main: html`${contents(model)}
${withdrawnSection(model)}
${release === undefined ? missing(model) : undefined}
${installSection(model)}
${release && downloadsSection(release, depth)}
<section aria-labelledby="verify">
<h2 id="verify">How to verify</h2>
${stepsList(model.verify)}
</section>
${keysSection(model.keys, depth)}
${historySection(model)}
${release && about(release)}`,
    footer: html`<p>Made from the signed entry of serial ${serial} of channel ${channel}. The page ends with a signature by the archive's key, unseen here, which <code>slipway verify</code> checks.</p>`,
  };
}

function facts({ since, serial, release, kept }: ChannelModel): Markup {
  const size = (release?.downloads ?? []).reduce((sum, it) => sum + it.size, 0);
  const count = release?.downloads.length ?? 0;
  return html`<dl class="facts">
<div><dt>Live since</dt><dd>${timeElement(since)}</dd></div>
<div><dt>Serial</dt><dd>${serial}</dd></div>
${release && html`<div><dt>Downloads</dt><dd>${count} ${count === 1 ? "file" : "files"}, ${sizeText(size)}</dd></div>`}
${kept.length > 0 ? html`<div><dt>Also installable</dt><dd>${kept.join(", ")}</dd></div>` : undefined}
</dl>`;
}

function contents({ release, install, withdrawn, history }: ChannelModel): Markup {
  const parts: readonly (readonly [id: string, title: string, shown: boolean])[] = [
    ["withdrawn", "Withdrawn", withdrawn.length > 0],
    ["install", "Install", install.length > 0],
    ["downloads", "Downloads", release !== undefined],
    ["verify", "Verify", true],
    ["keys", "Keys", true],
    ["history", "History", history.length > 0],
    ["about", "About", release !== undefined],
  ];
  const items = parts.flatMap(([id, title, shown]) => (shown ? [html`<li><a href="#${id}">${title}</a></li>\n`] : []));
  return html`<nav class="contents" aria-label="On this page">
<ul>
${items}</ul>
</nav>`;
}

function missing({ product, version }: ChannelModel): Markup {
  return html`<p class="notice">The record of ${product} ${version} is missing from the bucket or damaged, so its files cannot be listed here.</p>`;
}

function about({ description, homepage, licence, maintainer }: ReleaseFacts): Markup {
  const address = httpAddress(homepage);
  return html`<section aria-labelledby="about">
<h2 id="about">About</h2>
${description.map((paragraph) => html`<p>${paragraph}</p>\n`)}<dl class="facts">
${address === undefined ? undefined : html`<div><dt>Homepage</dt><dd><a href="${address}" rel="noreferrer">${homepage}</a></dd></div>`}
<div><dt>Licence</dt><dd>${licence}</dd></div>
<div><dt>Maintainer</dt><dd>${maintainer}</dd></div>
</dl>
</section>`;
}
