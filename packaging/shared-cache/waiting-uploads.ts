import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { byBytes } from "../byte-order.ts";

const recipeName = /^[0-9a-f]{64}$/;
/** A file name of an artifact is far shorter. */
const longestName = 300;

/** An artifact that the shared cache is to get. */
export interface WaitingUpload {
  readonly recipe: string;
  /** Its file name, for messages. */
  readonly name: string;
}

/**
 * What this machine built and the shared cache does not have yet: a file for each recipe, in this machine's cache. So an
 * upload that was cut off is made up for by the next run, and a run without such a file asks the shared cache for nothing.
 */
export class WaitingUploads {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Notes an upload before it begins. */
  async add({ recipe, name }: WaitingUpload): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(path.join(this.#folder, recipe), name);
  }

  /** All that wait, in the order of their recipes. */
  async list(): Promise<readonly WaitingUpload[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const recipes = names.filter((name) => recipeName.test(name)).sort(byBytes);
    return Promise.all(
      recipes.map(async (recipe) => {
        const name = await readFile(path.join(this.#folder, recipe), "utf8").catch(() => "");
        // Its writer may have died: what is uploaded is known by its recipe.
        return { recipe, name: name === "" ? recipe : name.slice(0, longestName) };
      }),
    );
  }

  async remove({ recipe }: WaitingUpload): Promise<void> {
    await rm(path.join(this.#folder, recipe), { force: true });
  }
}
