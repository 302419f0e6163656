import { constants } from "node:fs";
import { chmod, copyFile, type FileHandle, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { byBytes } from "../byte-order.ts";
import { sha256File } from "../digest.ts";
import { refusal, SlipwayError } from "../errors.ts";
import { sideBySide } from "../side-by-side.ts";
import { KeptDigests } from "./kept-digests.ts";
import { withKernelLock } from "./kernel-lock.ts";
import { promisedOf } from "./object-bytes.ts";
import { checkObjectPath, checkPrefix } from "./object-path.ts";
import { absentAs, codeOf, ensureFolder, lockPatienceMs, settleNew, syncFolder } from "./settle.ts";
import type { ObjectBytes, Store, StoredObject } from "./store.ts";
import { fileMode, sweepTemporaries, temporaryIn, writeTemporary } from "./temporary.ts";
import { WrittenFiles } from "./written-files.ts";

/** Holds the temporaries and the lock. It is inside the bucket, hence on its file system, and is no object. */
const hiddenFolder = ".tmp";

/** Bytes from which on a second name is faster than a second file. */
const worthLinking = 64 << 10;

/** Files of a folder that are looked at side by side. */
const statsAtOnce = 16;

/**
 * A bucket in a folder of this machine. Many processes may use it at once: a create is one link(2), a replacement is a
 * comparison and a rename(2) under a lock that dies with its holder. Files are 0644 and folders 0755 whatever the umask.
 * The folder is made with the first write.
 */
export function directoryStore(folder: string): Store {
  return new DirectoryStore(folder);
}

class DirectoryStore implements Store {
  readonly #folder: string;
  readonly #hidden: string;
  readonly #lock: string;
  readonly #kept: KeptDigests;
  readonly #written = new WrittenFiles();
  #swept = false;

  constructor(folder: string) {
    this.#folder = folder;
    this.#hidden = join(folder, hiddenFolder);
    this.#lock = join(this.#hidden, "lock");
    this.#kept = new KeptDigests(this.#hidden);
  }

  async list(prefix: string): Promise<readonly StoredObject[]> {
    checkPrefix(prefix);
    const found: StoredObject[] = [];
    const top = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    await this.#guard(prefix === "" ? "objects" : prefix, "list", () => this.#walk(top, prefix, found));
    return found.sort((a, b) => byBytes(a.path, b.path));
  }

  async #walk(parent: string, prefix: string, found: StoredObject[]): Promise<void> {
    const names = await absentAs([], readdir(join(this.#folder, parent)));
    const paths = names
      .map((name) => `${parent}${name}`)
      .filter((path) => path !== hiddenFolder && (path.startsWith(prefix) || prefix.startsWith(`${path}/`)));
    const statuses = await sideBySide(paths, statsAtOnce, (path) =>
      absentAs(undefined, stat(join(this.#folder, path))),
    );
    for (const [at, path] of paths.entries()) {
      const status = statuses[at];
      if (status?.isDirectory()) await this.#walk(`${path}/`, prefix, found);
      else if (status?.isFile()) found.push({ path, size: status.size });
    }
  }

  async stat(path: string): Promise<StoredObject | undefined> {
    return this.#guard(path, "read", async () => {
      const status = await absentAs(undefined, stat(this.#file(path)));
      if (status === undefined) return undefined;
      if (!status.isFile()) throw refusal("SLW-STORE", `${path} in the bucket ${this.#folder} is not a file.`);
      return { path, size: status.size };
    });
  }

  async digest(path: string): Promise<string | undefined> {
    return this.#guard(path, "read", async () => {
      if ((await this.stat(path)) === undefined) return undefined;
      return (await absentAs(undefined, sha256File(this.#file(path))))?.sha256;
    });
  }

  async keptDigest(path: string): Promise<string | undefined> {
    return (await this.#kept.of(path, this.#file(path))) ?? this.digest(path);
  }

  async read(path: string, limit: number): Promise<Uint8Array | undefined> {
    return this.#guard(path, "read", async () => {
      const handle = await absentAs(undefined, open(this.#file(path)));
      if (handle === undefined) return undefined;
      try {
        const status = await handle.stat();
        if (!status.isFile()) throw refusal("SLW-STORE", `${path} in the bucket ${this.#folder} is not a file.`);
        const whole = status.size > limit ? undefined : await readUpTo(handle, status.size, limit);
        if (whole !== undefined) return whole;
        throw this.#tooLarge(path, limit);
      } finally {
        await handle.close();
      }
    });
  }

  async download(path: string, file: string, limit = Number.POSITIVE_INFINITY): Promise<boolean> {
    return this.#guard(path, "download", async () => {
      const there = await this.stat(path);
      if (there === undefined) return false;
      if (there.size > limit) throw this.#tooLarge(path, limit);
      // One open of the source, so that one version is copied whole even while it is being replaced.
      const temporary = temporaryIn(dirname(file));
      const copied = copyFile(this.#file(path), temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      const done = copied.then(async () => {
        await chmod(temporary, fileMode);
        await rename(temporary, file);
        return true;
      });
      return orRemove(temporary, absentAs(false, done));
    });
  }

  async create(path: string, bytes: ObjectBytes): Promise<"created" | "equal"> {
    const promised = promisedOf(bytes);
    return this.#guard(path, "write", async () => {
      let there = await this.digest(path);
      if (there === undefined) {
        if (await this.#publishNew(path, bytes)) return "created";
        there = await this.digest(path);
      }
      if (there === promised.sha256) {
        // Its writer may have died before it noted the digest.
        if ((await this.#kept.of(path, this.#file(path))) === undefined) await this.#note(path, bytes);
        return "equal";
      }
      throw refusal(
        "SLW-STORE-CONFLICT",
        `${path} is in the bucket with other bytes: SHA-256 ${there ?? "(gone again)"} is there, ${promised.sha256} was ` +
          "to be written. Nothing was written.",
        { hint: "What is published is never written over: give the changed content a new version." },
      );
    });
  }

  async replace(path: string, bytes: ObjectBytes, expected: string | undefined): Promise<boolean> {
    return this.#guard(path, "write", async () => {
      const before = await this.#identity(path);
      if ((await this.digest(path)) !== expected) return false;
      if (expected === undefined) return this.#publishNew(path, bytes);
      const file = this.#file(path);
      const temporary = await this.#stage(path, bytes);
      const replacing = withKernelLock(this.#lock, lockPatienceMs, async () => {
        // Only now is the answer binding: no other replacement can come between this look and the rename.
        // Every replacement is a rename, thus another file: one that is the same need not be hashed again.
        const same = before !== undefined && before === (await this.#identity(path));
        if (!same && (await this.digest(path)) !== expected) return false;
        await rename(temporary, file);
        return true;
      });
      const replaced = await orRemove(temporary, replacing);
      // Whoever waits for the lock need not wait for the disk.
      if (replaced) await Promise.all([syncFolder(dirname(file)), this.#note(path, bytes)]);
      return replaced;
    });
  }

  /** Notes the digest of a file that was copied; what is in memory is small, and read as fast as its note. */
  async #note(path: string, bytes: ObjectBytes): Promise<void> {
    const file = this.#file(path);
    if (!(bytes instanceof Uint8Array)) return this.#kept.keep(path, file, bytes.sha256);
    if (bytes.length >= worthLinking) await this.#written.note(bytes, file);
  }

  /** Device, inode, size and times: another one is another file, or one that was written into. */
  async #identity(path: string): Promise<string | undefined> {
    const status = await absentAs(undefined, stat(this.#file(path), { bigint: true }));
    return status && [status.dev, status.ino, status.size, status.mtimeNs, status.ctimeNs].join(" ");
  }

  async #publishNew(path: string, bytes: ObjectBytes): Promise<boolean> {
    const temporary = await this.#stage(path, bytes);
    const file = this.#file(path);
    const settled = await orRemove(
      temporary,
      ensureFolder(dirname(file)).then(() => settleNew(temporary, file, this.#lock)),
    );
    if (settled) await this.#note(path, bytes);
    return settled;
  }

  async #stage(path: string, bytes: ObjectBytes): Promise<string> {
    await ensureFolder(this.#hidden);
    const linked = temporaryIn(this.#hidden);
    const isWritten = bytes instanceof Uint8Array && (await this.#written.link(bytes, linked));
    const temporary = isWritten ? linked : await writeTemporary(this.#hidden, bytes, path);
    if (!this.#swept) {
      this.#swept = true;
      await sweepTemporaries(temporary);
    }
    return temporary;
  }

  #file(path: string): string {
    checkObjectPath(path);
    if (path.split("/", 1)[0]?.toLowerCase() === hiddenFolder) {
      throw refusal("SLW-STORE", `${path} cannot be an object: the folder ${hiddenFolder} is the bucket's own.`);
    }
    return join(this.#folder, path);
  }

  #tooLarge(path: string, limit: number): SlipwayError {
    return refusal("SLW-STORE", `${path} in the bucket ${this.#folder} is larger than ${limit} bytes.`);
  }

  /** Turns what the operating system says into one sentence. */
  async #guard<T>(path: string, verb: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const code = codeOf(error);
      if (error instanceof SlipwayError || code === undefined) throw error;
      const why = (error as Error).message;
      throw refusal("SLW-STORE", `cannot ${verb} ${path} in the bucket ${this.#folder}: ${why}.`, hintFor(code));
    }
  }
}

/** Removes the temporary, whether or not it got its final name (a rename has then moved it away). */
async function orRemove<T>(temporary: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** All of a file, which may grow meanwhile beyond the `size` that it was said to have; undefined beyond `limit`. */
async function readUpTo(handle: FileHandle, size: number, limit: number): Promise<Uint8Array | undefined> {
  // One byte more than expected shows that there is more.
  let bytes = new Uint8Array(Math.min(size, limit) + 1);
  let filled = 0;
  for (;;) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
    filled += bytesRead;
    // A regular file gives less than was asked for at its end only.
    if (bytesRead === 0 || (filled >= size && filled < bytes.length)) return bytes.subarray(0, filled);
    if (filled > limit) return undefined;
    if (filled < bytes.length) continue;
    const larger = new Uint8Array(Math.min(2 * filled, limit + 1));
    larger.set(bytes);
    bytes = larger;
  }
}

function hintFor(code: string): { hint?: string } {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return { hint: "Make room there and run again; what was already written is whole." };
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return { hint: "This user needs write permission on the bucket's folder." };
    case "ENOTDIR":
    case "EEXIST":
      return { hint: "A file has the name of a folder that the bucket needs; move it away." };
    default:
      return {};
  }
}
