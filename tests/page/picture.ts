import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveFolder } from "../../packaging/cli/serve.ts";
import { launchBrowser, visit, visitors } from "./browser.ts";
import { writeSampleSite } from "./sample-site.ts";

/** Makes docs/images/page.png again: what a visitor on Linux sees first of a channel's page, of the bucket that tests use. */
const picture = join(import.meta.dirname, "..", "..", "docs", "images", "page.png");

const scratch = await mkdtemp(join(tmpdir(), "slipway-picture-"));
const server = await serveFolder(await writeSampleSite(scratch), 0);
const browser = await launchBrowser();
try {
  const viewport = { width: 960, height: 1010 };
  const { page } = await visit(browser, `${server.url}channels/runtime-stable.html`, {
    viewport,
    colorScheme: "light",
    userAgent: visitors.linux,
  });
  await page.screenshot({ path: picture });
} finally {
  await browser.close();
  await server.close();
  await rm(scratch, { recursive: true, force: true });
}
