import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { machineTool } from "../tools.ts";

/** A page in a browser, and what it did that a person does not see. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the console said, and errors of scripts. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for. */
  readonly asked: readonly string[];
}

/** Debian's Chromium, without a window. Without a sandbox: containers run tests as root. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: machineTool("chromium", "chromium"), args: ["--no-sandbox"] });
}

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(url);
  return { page, context, complaints, asked };
}

/** What browsers of these systems say of themselves. */
export const visitors = {
  linux: agent("X11; Linux x86_64"),
  macos: agent("Macintosh; Intel Mac OS X 10_15_7"),
  windows: agent("Windows NT 10.0; Win64; x64"),
} as const;

function agent(system: string): string {
  return `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36`;
}
