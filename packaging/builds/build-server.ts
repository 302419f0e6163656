import { rmSync } from "node:fs";
import { join } from "node:path";
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

/** Where the artifact of a build is written, in the folder that the build has for itself. */
export function artifactIn(folder: string): string {
  return join(folder, "artifact");
}

/**
 * The build process: answers requests from standard input, one at a time, until it is closed. It is closed when the
 * program ends in whatever way, so no build goes on writing for nobody: the build's folder is removed then.
 */
export function serveBuilds(write: WriteArtifact): void {
  let folder: string | undefined;
  const stop = (): never => {
    // A write that is under way may still make a file: hence the tries.
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.exit();
  };
  const serve = async (line: string): Promise<void> => {
    const request = JSON.parse(line) as BuildRequest;
    folder = request.folder;
    send(await answerTo(write, request.job, artifactIn(folder)));
    folder = undefined;
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
