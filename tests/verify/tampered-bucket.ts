import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { byBytes } from "../../packaging/byte-order.ts";
import { directoryStore } from "../../packaging/store/directory.ts";

/** A published bucket that somebody may write who is not its owner; `restore` undoes all of it. */
export interface TamperedBucket {
  readonly folder: string;
  /** Paths of its objects as published, sorted. */
  readonly paths: readonly string[];
  read(path: string): Buffer;
  text(path: string): string;
  /** The one path that a pattern means. */
  only(pattern: RegExp): string;
  write(path: string, bytes: Uint8Array | string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Changes one byte, so that the size stays. */
  flip(path: string, at?: number): Promise<void>;
  restore(): Promise<void>;
}

export async function tamperedBucket(folder: string): Promise<TamperedBucket> {
  const paths = (await directoryStore(folder).list("")).map(({ path }) => path).sort(byBytes);
  const objects = new Map<string, Buffer>();
  for (const path of paths) objects.set(path, await readFile(join(folder, path)));
  const touched = new Set<string>();
  const read = (path: string): Buffer => {
    const bytes = objects.get(path);
    if (bytes === undefined) throw new Error(`${path} is not in the published bucket`);
    return bytes;
  };
  const write = async (path: string, bytes: Uint8Array | string): Promise<void> => {
    touched.add(path);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  };
  const remove = async (path: string): Promise<void> => {
    touched.add(path);
    await rm(join(folder, path), { force: true });
  };
  return {
    folder,
    paths,
    read,
    text: (path) => read(path).toString(),
    only: (pattern) => {
      const found = paths.filter((path) => pattern.test(path));
      if (found.length !== 1 || found[0] === undefined) throw new Error(`${pattern} means ${found.join(", ")}`);
      return found[0];
    },
    write,
    remove,
    flip: async (path, at = Math.floor(read(path).length / 2)) => {
      const bytes = Buffer.from(read(path));
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await write(path, bytes);
    },
    restore: async () => {
      for (const path of touched) {
        const bytes = objects.get(path);
        if (bytes === undefined) await remove(path);
        else await write(path, bytes);
      }
      touched.clear();
    },
  };
}
