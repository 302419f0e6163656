/** Raised whenever other bytes are made of the same bucket, so that pages of earlier code are written anew. */
export const pageRevision = 2;

/** A channel as people name it, in maps. */
export function channelKey(product: string, channel: string): string {
  return `${product} ${channel}`;
}

/** The product and channel that such a key names. */
export function namedBy(key: string): { readonly product: string; readonly channel: string } {
  const [product = "", channel = ""] = key.split(" ");
  return { product, channel };
}

/** The page at the bucket's root. */
export const indexPath = "index.html";

/** Where a channel's page lies: beside the folders of the products, which have no dash of a channel at their end. */
export function channelPagePath(product: string, channel: string): string {
  return `channels/${product}-${channel}.html`;
}

/** Most bytes that a page may have; a larger file is none of ours. */
export const pageLimit = 4 << 20;

/** What a page is numbered by: a channel's by its role's version, the index by the snapshot. */
export type Numbering = "serial" | "snapshot";

/** The name of the meta element that states a page's number. */
export const numberName = (numbering: Numbering): string => `slipway-${numbering}`;

/** The number that a page states; 0 for what is no such page. */
export function statedNumber(text: string, numbering: Numbering): number {
  const head = text.slice(0, text.indexOf("</head>"));
  return Number(new RegExp(`<meta name="${numberName(numbering)}" content="([1-9][0-9]{0,14})">`).exec(head)?.[1] ?? 0);
}

/** The name of the meta element that states where a page belongs: its signature vouches for that too. */
export const placeName = "slipway-page";

/** Whether a page says that it belongs at `path`. */
export function belongsAt(text: string, path: string): boolean {
  return text.slice(0, text.indexOf("</head>")).includes(`<meta name="${placeName}" content="${path}">`);
}

export function numberingOf(path: string): Numbering {
  return path === indexPath ? "snapshot" : "serial";
}
