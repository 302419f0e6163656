import type { Store } from "../store/store.ts";

/** Names each object that is missing or holds other bytes than its digest says: `releases/…/x.deb: altered`. */
export async function objectDrift(
  store: Store,
  objects: readonly { readonly path: string; readonly sha256: string }[],
): Promise<readonly string[]> {
  const drift: string[] = [];
  for (const { path, sha256 } of objects) {
    const found = await store.digest(path);
    if (found !== sha256) drift.push(`${path}: ${found === undefined ? "missing" : "altered"}`);
  }
  return drift;
}

/** Whether a refresh found something damaged of a resource: it is noted in what the state holds. */
export function hasDrift(state: Readonly<Record<string, unknown>> | undefined): boolean {
  const drift = state?.["drift"];
  return Array.isArray(drift) && drift.length > 0;
}

/** The object that a line of drift is about. */
export function pathOf(line: string): string {
  return line.slice(0, line.lastIndexOf(": "));
}

/** Whether any of these objects is gone, or of another size where one is given: what every preview can afford to ask. */
export async function anyGone(
  store: Store,
  objects: readonly { readonly path: string; readonly size?: number }[],
): Promise<boolean> {
  for (const { path, size } of objects) {
    const found = await store.stat(path);
    if (found === undefined || (size !== undefined && found.size !== size)) return true;
  }
  return false;
}
