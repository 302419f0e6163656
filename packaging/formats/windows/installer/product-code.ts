import { open } from "node:fs/promises";
import { damaged } from "../database/damaged.ts";
import { readInstaller } from "./installer-reader.ts";
import { propertyOf } from "./rows.ts";

/**
 * The code by which Windows knows the product of an `.msi` on this disk. It follows from all other bytes, so it is read and
 * not planned. Refuses (SLW-FORMAT) a file that is no installer.
 */
export async function productCodeOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const code = propertyOf(await readInstaller(file, size), "ProductCode");
    if (code === undefined) throw damaged("it has no ProductCode");
    return code;
  } finally {
    await file.close();
  }
}
