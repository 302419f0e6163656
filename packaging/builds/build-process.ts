import type { ArtifactJob } from "../artifact.ts";
import { type Conversation, converse } from "../conversation.ts";
import { SlipwayError } from "../errors.ts";
import { type BuildAnswer, type BuildRequest, parseAnswer } from "./messages.ts";

/**
 * glibc keeps freed memory of up to 32 MB a piece for later, in an arena for each thread: 100 MB and more that nobody uses
 * while xz works. With a threshold of its own it gives every large piece back at once. Other systems do not look at it.
 * Node keeps compiled modules where the program's own Node does: that is most of the time to start one.
 */
export function buildEnvironment(): Readonly<Record<string, string>> {
  const { NODE_COMPILE_CACHE: compiled } = process.env;
  return { MALLOC_MMAP_THRESHOLD_: "131072", ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }) };
}

type Written = { readonly size: number; readonly sha256: string };

/** A running build process; it takes one job at a time and may be used for many. */
export class BuildProcess {
  readonly #talk: Conversation;
  readonly #lines: AsyncIterator<string>;

  /** Starts `worker` (a module that calls `serveBuilds`) on the Node binary `node`. */
  constructor(node: string, worker: string) {
    this.#talk = converse({ file: node, args: [worker], environment: buildEnvironment() });
    this.#lines = this.#talk.lines[Symbol.asyncIterator]();
  }

  /**
   * Writes the artifact to `artifactIn(folder)`; the folder is this build's own.
   * @throws SlipwayError as the writer threw it; SLW-BUILD where the writer or the process failed in another way.
   * After a failure the process must be killed.
   */
  async build(job: ArtifactJob, folder: string, progress: (done: number, total: number) => void): Promise<Written> {
    this.#talk.send(JSON.stringify({ job, folder } satisfies BuildRequest));
    for (;;) {
      const answer = await this.#nextAnswer(job);
      switch (answer.kind) {
        case "progress":
          progress(answer.done, answer.total);
          break;
        case "written":
          return { size: answer.size, sha256: answer.sha256 };
        case "refused":
          throw new SlipwayError(answer.mistakes);
        case "fault":
          throw failure(job, answer.message, { cause: new Error(answer.stack) });
      }
    }
  }

  /** Ends the process now, and returns when it no longer runs. */
  async kill(): Promise<void> {
    this.#talk.kill();
    await this.#talk.finished.catch(() => undefined);
  }

  async #nextAnswer(job: ArtifactJob): Promise<BuildAnswer> {
    const { done, value } = await this.#lines.next();
    if (done === true) {
      const ended = await this.#talk.finished.catch((error: unknown) => error);
      const why = ended instanceof SlipwayError ? ended.mistakes[0] : undefined;
      throw failure(job, why?.message ?? "the build process ended without an answer.", {}, why?.excerpt);
    }
    return (
      parseAnswer(value) ?? { kind: "fault", message: `the build process wrote: ${value.slice(0, 200)}`, stack: "" }
    );
  }
}

function failure(job: ArtifactJob, reason: string, options: ErrorOptions, excerpt?: string): SlipwayError {
  return new SlipwayError(
    [{ code: "SLW-BUILD", message: `${job.name} could not be built: ${reason}`, excerpt }],
    options,
  );
}
