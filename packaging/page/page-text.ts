import { channelPage } from "./channel-page.ts";
import { documentText } from "./document.ts";
import { indexPage } from "./index-page.ts";
import type { PageModel } from "./model.ts";

/** The file of a page. A pure function: equal models give equal bytes. */
export function pageText(model: PageModel): string {
  return documentText(model.kind === "channel" ? channelPage(model) : indexPage(model));
}
