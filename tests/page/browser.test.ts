import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { serveFolder } from "../../packaging/cli/serve.ts";
import { sha256 } from "../../packaging/digest.ts";
import { launchBrowser, visit, visitors } from "./browser.ts";
import { writeSampleSite } from "./sample-site.ts";

/** What those functions use of a browser that run in it: this program's own types know no document. */
interface Shown {
  readonly textContent: string | null;
  readonly style: { color: string };
  getAttribute(name: string): string | null;
}
declare const document: {
  readonly documentElement: { readonly scrollWidth: number; readonly clientWidth: number };
  readonly body: Shown;
  readonly activeElement: Shown | null;
  getElementById(id: string): Shown | null;
  querySelectorAll(selector: string): Iterable<Shown>;
};
declare const getComputedStyle: (
  of: Shown,
) => Readonly<Record<"backgroundColor" | "outlineStyle" | "outlineWidth", string>>;
declare const navigator: { readonly clipboard: { readText(): Promise<string> } };

const pages = ["", "channels/runtime-stable.html", "channels/runtime-archive-keyring-stable.html"] as const;
const stable = "channels/runtime-stable.html";
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let url: string;
const endings: (() => unknown)[] = [];

before(async () => {
  const scratch = await mkdtemp(join(tmpdir(), "slipway-pages-"));
  endings.push(() => rm(scratch, { recursive: true, force: true }));
  const bucket = await writeSampleSite(scratch, { files: true });
  const server = await serveFolder(bucket, 0);
  endings.push(() => server.close());
  url = server.url;
  browser = await launchBrowser();
  endings.push(() => browser.close());
});

after(async () => {
  for (const end of endings.reverse()) await end();
});

for (const path of pages) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`/${path}, ${colorScheme}: nothing is asked of others, nothing complains, contrast and structure hold`, async () => {
      const options = { colorScheme, viewport: { width: 360, height: 740 } };
      const { page, context, complaints, asked } = await visit(browser, url + path, options);
      await openAll(page);
      assert.deepEqual(await findings(page), []);
      assert.deepEqual(complaints, []);
      assert.deepEqual(
        asked.filter((it) => it !== url + path && !it.startsWith("data:")),
        [],
      );
      await context.close();
    });
  }

  test(`/${path}: no horizontal scrolling from 320 pixels on`, async () => {
    const { page, context } = await visit(browser, url + path);
    await openAll(page);
    for (const width of [320, 360, 600, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const [needed, there] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      assert.equal(needed, there, `at ${width} pixels`);
    }
    await context.close();
  });
}

test("light and dark are two schemes", async () => {
  const grounds = await Promise.all(
    (["light", "dark"] as const).map(async (colorScheme) => {
      const { page, context } = await visit(browser, url, { colorScheme });
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await context.close();
      return ground;
    }),
  );
  assert.notEqual(grounds[0], grounds[1]);
});

for (const [system, userAgent] of Object.entries(visitors)) {
  test(`a visitor on ${system} sees its lines, and no other system's`, async () => {
    const { page, context } = await visit(browser, url + stable, { userAgent });
    // The browser itself runs on Linux and would say so before it says what it pretends to be.
    await context.addInitScript((platform) => {
      Object.defineProperty(navigator, "userAgentData", { value: { platform } });
      Object.defineProperty(navigator, "platform", { value: platform });
    }, system);
    await page.reload();
    const shown = await page
      .locator(".system:visible")
      .evaluateAll((all) => all.map((it) => it.getAttribute("data-system")));
    assert.deepEqual(shown, [system]);
    await context.close();
  });
}

test("a button copies the lines beside it, as they are", async () => {
  const { page, context } = await visit(browser, url + stable, {
    userAgent: visitors.linux,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  for (const lines of await page.locator(".lines:visible").all()) {
    await lines.locator("button").click();
    const wanted = await lines.locator("code").textContent();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), wanted);
    assert.equal(await page.locator("#said").textContent(), "The lines are copied.");
  }
  await context.close();
});

test("by keyboard alone every control is reached, shows where the focus is, and works", async () => {
  const { page, context } = await visit(browser, url + stable, {
    userAgent: visitors.linux,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const controls = "a[href], button, summary, [tabindex='0']";
  const wanted = await page.locator(controls).evaluateAll((all) => {
    const seen = all.filter((it) => it.checkVisibility() && it.tabIndex >= 0);
    for (const [at, element] of seen.entries()) element.setAttribute("data-walk", String(at));
    return seen.length;
  });
  assert.ok(wanted > 20, `${wanted} controls`);
  for (let at = 0; at < wanted; at++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
      return [document.activeElement?.getAttribute("data-walk"), outlineStyle, Number.parseFloat(outlineWidth) >= 2];
    });
    assert.deepEqual(focused, [String(at), "solid", true]);
  }

  await page.locator("[role='tab'][aria-selected='true']").focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "macOS");
  assert.equal(await page.locator(".system:visible").getAttribute("data-system"), "macos");
  await page.keyboard.press("End");
  assert.equal(await page.locator(".system:visible").getAttribute("data-system"), "windows");
  await page.keyboard.press("Home");
  await page.locator("#history ~ ol summary").first().focus();
  await page.keyboard.press("Enter");
  assert.ok(await page.locator(".changes").first().isVisible());
  const copy = page.locator(".lines:visible button").first();
  await copy.focus();
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.getElementById("said")?.textContent !== "");
  const wantedText = await page.locator(".lines:visible code").first().textContent();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), wantedText);
  await context.close();
});

test("each download is there, with the size and the digest that stand beside it", async () => {
  const { page, context } = await visit(browser, url + stable);
  const listed = await page.locator(".files li").evaluateAll((all) =>
    all.map((it) => ({
      href: it.querySelector("a")?.href ?? "",
      digest: it.querySelector(".digest")?.lastChild?.textContent ?? "",
    })),
  );
  assert.equal(listed.length, 6);
  for (const { href, digest } of listed) {
    const answer = await fetch(href);
    assert.equal(answer.status, 200, href);
    assert.equal(sha256(Buffer.from(await answer.arrayBuffer())), digest, href);
  }
  const others = await page.locator("a[href]").evaluateAll((all) => all.map((it) => it.href));
  for (const href of new Set(others.filter((it) => it.startsWith(url) && !it.endsWith("SHA256SUMS.asc")))) {
    assert.equal((await fetch(href, { method: "HEAD" })).status, 200, href);
  }
  await context.close();
});

test("without JavaScript all of it is there to be read", async () => {
  const { page, context, complaints } = await visit(browser, url + stable, { javaScriptEnabled: false });
  const shown = await page.locator(".system").all();
  assert.equal(shown.length, 3);
  for (const system of shown) assert.ok(await system.isVisible());
  assert.equal(await page.locator("button").count(), 0);
  await page.locator("summary", { hasText: "Changes from" }).first().click();
  assert.ok(await page.locator(".changes").first().isVisible());
  assert.deepEqual(complaints, []);
  await context.close();
});

test("what checks contrast finds a text that is too faint", async () => {
  const { page, context } = await visit(browser, url);
  await page.evaluate(() => {
    const [first] = document.querySelectorAll("h1");
    if (first !== undefined) first.style.color = "#ddd";
  });
  assert.match((await findings(page)).join("\n"), /^color-contrast: <h1/);
  await context.close();
});

/** What axe finds against WCAG 2.2, level AA, and its best practices: contrast, names, landmarks, order of headings. */
async function findings(page: Page): Promise<readonly string[]> {
  // Through the debugger, which the page's policy does not bind.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      readonly axe: {
        run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const { violations } = await checker.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((it) => `${id}: ${it.html.slice(0, 120)}: ${it.failureSummary}`),
    );
  });
}

async function openAll(page: Page): Promise<void> {
  await page.locator("details").evaluateAll((all) => {
    for (const it of all) it.setAttribute("open", "");
  });
}
