import { byBytes } from "../byte-order.ts";
import { refusal } from "../errors.ts";
import {
  type ContentEntry,
  entryPath,
  isObeyed,
  isScript,
  longestScript,
  longestText,
  mostScriptBytes,
} from "../record/inventory.ts";
import type { Budget } from "./budget.ts";
import { measure } from "./measure.ts";

/** The entries of an archive as they come; refuses (SLW-FORMAT) names that no archive of ours has, and any name twice. */
export class EntryList {
  readonly #entries = new Map<string, ContentEntry>();
  readonly #texts = new Map<string, string>();
  readonly #budget: Budget;
  #scriptRoom = mostScriptBytes;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Takes an entry up; a file's content is read to its end. */
  async add(entry: ContentEntry, content: AsyncIterable<Uint8Array>): Promise<void> {
    const { path, type } = entry;
    if (!entryPath.test(path)) throw refusal("SLW-FORMAT", `The name ${shown(path)} is not read: it is no plain path.`);
    if (this.#entries.has(path)) throw refusal("SLW-FORMAT", `${shown(path)} is in the archive twice.`);
    this.#budget.entry(path, entry.target);
    if (type !== "file") {
      this.#entries.set(path, entry);
      return;
    }
    // Whether all lies below one folder is known at the end only.
    const obeyed = isObeyed(path) || isObeyed(withoutRoot(path));
    const script = !obeyed && isScript(path);
    const kept = obeyed ? longestText : script ? Math.min(longestScript, this.#scriptRoom) : 0;
    const { size, sha256, text } = await measure(content, kept);
    this.#entries.set(path, { ...entry, size, sha256 });
    if (text === undefined) return;
    if (script) this.#scriptRoom -= size;
    this.#budget.text(size);
    this.#texts.set(path, text);
  }

  /** All entries; `flat` as they are named, else below the one folder that holds them all, if there is one. */
  finish(flat: boolean): {
    readonly root: string | undefined;
    readonly entries: readonly ContentEntry[];
    readonly texts: ReadonlyMap<string, string>;
  } {
    const root = flat ? undefined : this.#commonRoot();
    const name = (path: string) => (root === undefined ? path : withoutRoot(path));
    const entries = [...this.#entries.values()]
      .filter(({ path }) => path !== root)
      .map((entry) => ({ ...entry, path: name(entry.path) }))
      .sort((a, b) => byBytes(a.path, b.path));
    const texts = new Map(
      [...this.#texts]
        .map(([path, text]) => [name(path), text] as const)
        .filter(([path]) => isObeyed(path) || isScript(path)),
    );
    return { root, entries, texts };
  }

  #commonRoot(): string | undefined {
    const [first] = this.#entries.keys();
    const root = first?.split("/", 1)[0];
    const below = `${root}/`;
    for (const { path, type } of this.#entries.values()) {
      if (!path.startsWith(below) && !(path === root && type === "directory")) return undefined;
    }
    return root;
  }
}

function withoutRoot(path: string): string {
  return path.slice(path.indexOf("/") + 1);
}

function shown(path: string): string {
  return JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
}
