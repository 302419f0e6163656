import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import type { ArtifactJob } from "../artifact.ts";
import { SlipwayError } from "../errors.ts";
import type { BuildAnswer, BuildRequest } from "./messages.ts";

/** Writes an artifact's unsigned content to a new file. */
export type WriteArtifact = (
  job: ArtifactJob,
  file: string,
  progress: (done: number, total: number) => void,
) => Promise<{ readonly size: number; readonly sha256: string }>;

const progressPauseMs = 250;

/**
 * The build process: answers requests from standard input, one at a time, until it is closed. It is closed when the
 * program ends in whatever way, so no build goes on writing for nobody: the unfinished file is removed then.
 */
export function serveBuilds(write: WriteArtifact): void {
  let unfinished: string | undefined;
  const stop = (): never => {
    if (unfinished !== undefined) rmSync(unfinished, { force: true });
    process.exit();
  };
  const serve = async (line: string): Promise<void> => {
    const { job, file } = JSON.parse(line) as BuildRequest;
    unfinished = file;
    send(await answerTo(write, job, file));
    unfinished = undefined;
  };
  process.stdout.on("error", stop);
  createInterface({ input: process.stdin })
    .on("line", (line) => void serve(line))
    .on("close", stop);
}

async function answerTo(write: WriteArtifact, job: ArtifactJob, file: string): Promise<BuildAnswer> {
  try {
    const { size, sha256 } = await write(job, file, throttledProgress());
    return { kind: "written", size, sha256 };
  } catch (error) {
    if (error instanceof SlipwayError) {
      const [first, ...rest] = error.mistakes;
      if (first !== undefined) return { kind: "refused", mistakes: [first, ...rest] };
    }
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { kind: "fault", message, stack: stack ?? "" };
  }
}

function throttledProgress(): (done: number, total: number) => void {
  let last = performance.now();
  return (done, total) => {
    const now = performance.now();
    if (now - last < progressPauseMs) return;
    last = now;
    send({ kind: "progress", done, total });
  };
}

function send(message: BuildAnswer): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
