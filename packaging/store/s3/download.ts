import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { refusal, type SlipwayError } from "../../errors.ts";
import { fileMode, temporaryIn } from "../temporary.ts";
import type { S3Bucket } from "./bucket.ts";
import { readObject } from "./read-object.ts";

/**
 * Copies an object to a file of this machine: under a temporary name, and under its own once it is whole. False where there is
 * none.
 * @throws SlipwayError SLW-STORE where it cannot be had or written; SLW-STORE-DAMAGED where its bytes are not those that the
 * service keeps a digest of.
 */
export async function downloadTo(bucket: S3Bucket, path: string, file: string, limit: number): Promise<boolean> {
  const temporary = temporaryIn(dirname(file));
  try {
    const came = await readObject(bucket, "download", path, (pieces, size) => {
      if (size > limit)
        throw refusal("SLW-STORE", `${path} in the bucket ${bucket.shown} is larger than ${limit} bytes.`);
      return writeAll(temporary, pieces, size, `${path} of the bucket ${bucket.shown} to ${file}`);
    });
    if (came === undefined) return false;
    if (!came.whole) throw damaged(bucket, path, came.sha256);
    await rename(temporary, file);
    return true;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeAll(temporary: string, pieces: AsyncIterable<Buffer>, size: number, what: string): Promise<void> {
  const onDisk = <T>(work: Promise<T>) =>
    work.catch((error: Error) => {
      const hint = "Make room there, or choose another folder, and run again. The bucket is as it was.";
      throw refusal("SLW-STORE", `cannot copy ${what}: ${error.message}.`, { hint });
    });
  const handle = await onDisk(open(temporary, "w", fileMode));
  try {
    await onDisk(handle.chmod(fileMode));
    let written = 0;
    for await (const piece of pieces) {
      written += piece.length;
      // More than it was said to have is cut by the connection's end; it must not fill the disk until then.
      if (written > size) break;
      await onDisk(handle.writeFile(piece));
    }
  } finally {
    await handle.close();
  }
}

function damaged(bucket: S3Bucket, path: string, found: string): SlipwayError {
  return refusal(
    "SLW-STORE-DAMAGED",
    `${path} in the bucket ${bucket.shown} reads as SHA-256 ${found}, and the service keeps another of it.`,
    { hint: "A refresh names what is altered, and the next update repairs it." },
  );
}
