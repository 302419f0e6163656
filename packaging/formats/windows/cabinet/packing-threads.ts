import { Worker } from "node:worker_threads";
import { beside } from "../../../beside.ts";
import type { PlainRun } from "./packed-run.ts";

/** Threads that pack runs, for deflate in Node's own threads costs half as much again to go there and back each block. */
export interface PackingThreads {
  /** Takes the run's memory. */
  pack(run: PlainRun): Promise<Uint8Array>;
  end(): Promise<void>;
}

/** Starts so many threads; runs go to them in turns. */
export function packingThreads(count: number): PackingThreads {
  const threads = Array.from({ length: count }, startThread);
  let turn = 0;
  return {
    pack: (run) => {
      const thread = threads[turn % threads.length];
      if (thread === undefined) throw new RangeError("packing needs a thread");
      turn += 1;
      return thread.pack(run);
    },
    end: async () => void (await Promise.all(threads.map((thread) => thread.end()))),
  };
}

function startThread(): PackingThreads {
  const worker = new Worker(beside(import.meta.url, "./packing-thread"), {
    // Options of the process, as those of a program in its arguments, are not the thread's.
    execArgv: [],
    // It makes little but garbage, which is swept away when this is full.
    resourceLimits: { maxYoungGenerationSizeMb: 1 },
  });
  const waiting: PromiseWithResolvers<Uint8Array>[] = [];
  worker.on("message", (packed: Uint8Array) => waiting.shift()?.resolve(packed));
  worker.on("error", (error) => {
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  return {
    pack: (run) => {
      const answer = Promise.withResolvers<Uint8Array>();
      waiting.push(answer);
      worker.postMessage(run, [run.memory.buffer]);
      return answer.promise;
    },
    end: async () => void (await worker.terminate()),
  };
}
