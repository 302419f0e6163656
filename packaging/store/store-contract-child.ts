import { pathToFileURL } from "node:url";
import { sha256 } from "../digest.ts";
import type { ObjectBytes, Store } from "./store.ts";

/**
 * What another process does to a store, for the contract's tests: `node store-contract-child.ts TASK`, where TASK is
 * JSON. It writes a line when it begins and its results, as JSON, when it ends.
 */
export interface ChildTask {
  /** Module and exported function (of strings) that open the same store there. */
  readonly open: { readonly module: string; readonly name: string; readonly args: readonly string[] };
  readonly action:
    | { readonly kind: "create"; readonly path: string; readonly bytes: ObjectBytesText }
    | { readonly kind: "increment"; readonly path: string; readonly times: number };
}

type ObjectBytesText =
  | { readonly text: string }
  | { readonly file: string; readonly size: number; readonly sha256: string };

/** Adds one to the decimal number that an object holds, as often as asked, however often others come between. */
export async function increment(store: Store, path: string, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const found = await store.read(path, 100);
    const digest = found === undefined ? undefined : sha256(found);
    const next = found === undefined ? 1 : Number(new TextDecoder().decode(found)) + 1;
    if (await store.replace(path, new TextEncoder().encode(String(next)), digest)) done += 1;
  }
}

async function run(task: ChildTask): Promise<unknown> {
  const opened: Record<string, (...args: readonly string[]) => Store> = await import(task.open.module);
  const store = opened[task.open.name]?.(...task.open.args);
  if (store === undefined) throw new Error(`${task.open.module} exports no ${task.open.name}`);
  console.log("begun");
  const { action } = task;
  switch (action.kind) {
    case "create": {
      const bytes: ObjectBytes = "text" in action.bytes ? new TextEncoder().encode(action.bytes.text) : action.bytes;
      return store.create(action.path, bytes).catch((error: { code?: string }) => error.code);
    }
    case "increment":
      return increment(store, action.path, action.times);
  }
}

const [, script, task] = process.argv;
if (task !== undefined && import.meta.url === pathToFileURL(script ?? "").href) {
  console.log(JSON.stringify((await run(JSON.parse(task) as ChildTask)) ?? null));
}
