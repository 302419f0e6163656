import { parentPort, workerData } from "node:worker_threads";
import { SlipwayError } from "../../errors.ts";
import { directoryStore } from "../../store/directory.ts";
import { moveChannel } from "../move.ts";
import { plannedMove, sampleContent, sampleSigner } from "./bucket.ts";

/** A mover in a thread of its own: plans its first move, waits until all have, then makes them one after the other. */
export interface MoverTask {
  readonly folder: string;
  readonly channel: string;
  readonly seed: number;
  readonly by: string;
  readonly versions: readonly [string, ...string[]];
}

export interface MoverReport {
  readonly by: string;
  readonly serials: readonly number[];
  readonly refused?: { readonly code: string; readonly message: string };
}

const { folder, channel, seed, by, versions } = workerData as MoverTask;
const store = directoryStore(folder);
const signer = sampleSigner(seed);
const first = await plannedMove(store, sampleContent(versions[0]), signer, { channel, by });
parentPort?.postMessage("ready");
parentPort?.once("message", () => void move());

async function move(): Promise<void> {
  const serials: number[] = [];
  let report: MoverReport = { by, serials };
  try {
    serials.push((await moveChannel(store, first)).serial);
    for (const version of versions.slice(1)) {
      const next = await plannedMove(store, sampleContent(version), signer, { channel, by });
      serials.push((await moveChannel(store, next)).serial);
    }
  } catch (error) {
    const { code, message } = error instanceof SlipwayError ? error : { code: "unexpected", message: String(error) };
    report = { by, serials, refused: { code, message } };
  }
  parentPort?.postMessage(report);
}
