import type { Page } from "./document.ts";
import { keysSection } from "./keys-section.ts";
import { html, httpAddress, type Markup, pathHref } from "./markup.ts";
import type { IndexModel, ListedChannel, ListedProduct } from "./model.ts";
import { indexPath } from "./places.ts";
import { timeElement } from "./time-element.ts";

/** Every product of the bucket and what its channels serve. */
export function indexPage({ snapshot, products, keys }: IndexModel): Page {
  const names = products.map(({ product }) => product).join(", ");
  return {
    path: indexPath,
    title: "Releases",
    description: `Releases of ${names}`,
    number: { numbering: "snapshot", value: snapshot },
    header: html`<h1>Releases</h1>
<p class="summary">What each channel serves now. A channel's page has its downloads, how to install and verify them, and what changed.</p>`,
    main: html`${products.map(productPart)}${keysSection(keys, 0)}`,
    footer: html`<p>Made from snapshot ${snapshot} of this bucket's channels. The page ends with a signature by the archive's key, unseen here, which <code>slipway verify</code> checks.</p>`,
  };
}

function productPart({ product, summary, homepage, channels }: ListedProduct): Markup {
  const address = httpAddress(homepage);
  const id = `product-${product}`;
  return html`<section class="product" aria-labelledby="${id}">
<h2 id="${id}">${product}</h2>
<p>${summary}${address === undefined ? undefined : html` <a href="${address}" rel="noreferrer">Homepage<span class="unseen"> of ${product}</span></a>`}</p>
<ul class="channels">
${channels.map((channel) => channelItem(product, channel))}</ul>
</section>
`;
}

function channelItem(product: string, { channel, version, moved, downloads, page }: ListedChannel): Markup {
  const name = html`<span class="unseen">${product} </span><span class="version">${version}</span>`;
  return html`<li>
<span class="badge">${channel}</span>
<span class="name">${page === undefined ? name : html`<a href="${pathHref(page, 0)}">${name}</a>`}</span>
<span class="aside">since ${timeElement(moved)}, ${downloads} ${downloads === 1 ? "file" : "files"}</span>
</li>
`;
}
