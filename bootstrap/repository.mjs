import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this clone. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** What `npm start` makes in the clone and git ignores: state, passphrase, bucket, cache. */
export const LOCAL = join(ROOT, ".slipway");
