import type { TestContext } from "node:test";
import { serveFolder } from "../../packaging/cli/serve.ts";
import { type Checkout, makeCheckout } from "./checkout.ts";
import { devStack, type TestStack } from "./stack.ts";

/** A dev stack in a throw-away checkout, whose bucket is reachable over loopback HTTP while the test runs. */
export interface ServedStack {
  readonly checkout: Checkout;
  readonly stack: TestStack;
  /** Where clients find the bucket, with a final slash. */
  readonly url: string;
  /** Replaces the stack's settings: these, and the bucket's address. */
  configure(settings: Readonly<Record<string, unknown>>): Promise<void>;
}

export async function servedStack(t: TestContext): Promise<ServedStack> {
  const checkout = await makeCheckout(t);
  const stack = devStack(checkout);
  const server = await serveFolder(checkout.bucket, 0);
  t.after(() => server.close());
  const configure = (settings: Readonly<Record<string, unknown>>) => stack.configure({ url: server.url, ...settings });
  return { checkout, stack, url: server.url, configure };
}
