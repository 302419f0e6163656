import { createHash } from "node:crypto";
import { html, type Markup, verbatim } from "./markup.ts";
import { type Numbering, numberName, placeName } from "./places.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/** A page without what all pages have in common. */
export interface Page {
  /** Path of the page in its bucket. */
  readonly path: string;
  readonly title: string;
  readonly description: string;
  /** What the page states its number by, for its next writer. */
  readonly number: { readonly numbering: Numbering; readonly value: number };
  /** Trail and title. */
  readonly header: Markup;
  readonly main: Markup;
  readonly footer: Markup;
}

/**
 * The whole file. It asks for nothing: style and script are inside, allowed by their digests (Content Security Policy
 * level 3), and nothing else is allowed.
 */
export function documentText({ path, title, description, number, header, main, footer }: Page): string {
  return `<!doctype html>\n${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="${placeName}" content="${path}">
<meta name="${numberName(number.numbering)}" content="${number.value}">
<meta name="description" content="${description}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${verbatim(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
${header}
</header>
<main id="content" tabindex="-1">
${main}
</main>
<footer>
${footer}
</footer>
<p id="said" class="unseen" role="status"></p>
<script>${verbatim(script)}</script>
</body>
</html>
`.text
  }`;
}

const policy = [
  "default-src 'none'",
  `style-src '${hashSource(style)}'`,
  `script-src '${hashSource(script)}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function hashSource(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
