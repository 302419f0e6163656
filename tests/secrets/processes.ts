import { readdir, readFile } from "node:fs/promises";

/** Looks at the arguments and variables of all processes of the machine, again and again, until it is stopped. */
export class ProcessSampler {
  readonly #seen = new Set<string>();
  readonly #arguments = new Set<string>();
  #running = true;
  readonly #ended: Promise<void>;

  constructor() {
    this.#ended = this.#sample();
  }

  /** Every argument list and environment that was seen, one text each. */
  async stop(): Promise<readonly string[]> {
    this.#running = false;
    await this.#ended;
    return [...this.#seen];
  }

  /** Argument lists alone, of what was seen so far: who gives a secret by a variable has it in environments. */
  argumentLists(): readonly string[] {
    return [...this.#arguments];
  }

  async #sample(): Promise<void> {
    while (this.#running) {
      const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
      await Promise.all(processes.map((process) => this.#look(process)));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async #look(process: string): Promise<void> {
    for (const file of ["cmdline", "environ"]) {
      // A process that has ended, or is another user's.
      const text = await readFile(`/proc/${process}/${file}`, "latin1").catch(() => "");
      if (text === "") continue;
      this.#seen.add(text.replaceAll("\0", "\n"));
      if (file === "cmdline") this.#arguments.add(text.replaceAll("\0", "\n"));
    }
  }
}
