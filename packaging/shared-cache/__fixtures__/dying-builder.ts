/**
 * Builds into the shared cache of a folder and is killed (SIGKILL) in the middle of its uploads:
 * `node dying-builder.ts CACHE_FOLDER BUCKET PREFIX SECRET PUBLIC`, at the first create of a path that begins so.
 */
import { ed25519Public } from "../../signing/ed25519.ts";
import { directoryStore } from "../../store/directory.ts";
import { machine, watched } from "./machine.ts";

const [cacheFolder = "", bucket = "", prefix = "", secret = "", publicKey = ""] = process.argv.slice(2);
const store = watched(directoryStore(bucket), (verb, path) => {
  if (verb === "create" && path.startsWith(prefix)) process.kill(process.pid, "SIGKILL");
});
await machine(cacheFolder, store, { key: ed25519Public(publicKey), secret }).build();
