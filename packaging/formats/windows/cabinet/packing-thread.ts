/** Run as a thread: packs every run that it is sent, and sends it back. */
import { parentPort } from "node:worker_threads";
import { type PlainRun, packRun } from "./packed-run.ts";

parentPort?.on("message", (run: PlainRun) => {
  const packed = packRun(run);
  parentPort?.postMessage(packed, [packed.buffer]);
});
