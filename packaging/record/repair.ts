import { refusal, type SlipwayError } from "../errors.ts";
import { promisedOf } from "../store/object-bytes.ts";
import type { ObjectBytes, Store } from "../store/store.ts";

/** Others may be repairing the same object: look again this often before giving up. */
const attempts = 5;

/**
 * Makes an object under `releases/` what its recorded digest says, and nothing else: `untouched` where it is,
 * `created` where it was missing, `restored` where other bytes were there (written only while those very bytes are).
 * `find` is asked only when bytes are needed.
 * @throws SlipwayError SLW-STORE-DAMAGED where no bytes of that digest can be found.
 */
export async function restoreObject(
  store: Store,
  path: string,
  expected: string,
  find: () => Promise<ObjectBytes | undefined>,
): Promise<"untouched" | "created" | "restored"> {
  if (!path.startsWith("releases/")) {
    throw refusal("SLW-STORE", `${path} is not part of a release: only what a record names is restored by digest.`);
  }
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const found = await store.digest(path);
    if (found === expected) return "untouched";
    const bytes = await find();
    if (bytes === undefined || promisedOf(bytes).sha256 !== expected) throw beyondRepair(path, expected, found);
    if (await store.replace(path, bytes, found)) return found === undefined ? "created" : "restored";
  }
  throw refusal(
    "SLW-STORE",
    `${path} kept changing while it was being restored; nothing of this run was written to it.`,
  );
}

/** The refusal (SLW-STORE-DAMAGED) of an object whose recorded bytes are nowhere: names it, and who can restore it. */
export function beyondRepair(path: string, expected: string, found: string | undefined): SlipwayError {
  const state = found === undefined ? "is missing" : `is altered (SHA-256 ${found})`;
  return refusal(
    "SLW-STORE-DAMAGED",
    `${path} ${state}, and no bytes with the recorded SHA-256 ${expected} are at hand to restore it.`,
    { hint: whoCanRestore(path) },
  );
}

/** Who has the bytes of an object under `releases/`, in one sentence. */
export function whoCanRestore(path: string): string {
  const [, product, folder] = path.split("/");
  return (
    `Whoever built ${product} ${folder} can restore it: run \`pulumi up\` there (its cache or a build of the same ` +
    "source gives these bytes), or copy a file with that SHA-256 to this path."
  );
}
