import { open } from "node:fs/promises";
import { fromRandomAccessReaderPromise, type ZipFile } from "yauzl";
import { BoundedReader } from "../../containers/bounded-reader.ts";

/** A zip archive on the disk, open while `work` runs. Names stay the bytes that they are. */
export async function withZipFile<T>(file: string, work: (zip: ZipFile) => Promise<T>): Promise<T> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const options = { autoClose: false, decodeStrings: false };
    return await work(await fromRandomAccessReaderPromise(new BoundedReader(handle, size), size, options));
  } finally {
    await handle.close();
  }
}
