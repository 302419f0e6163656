import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Checkout } from "../tests/engine/checkout.ts";
import { payloadFile, writeProduct } from "../tests/engine/product.ts";
import { writePayload } from "./payload.ts";

/** The quick formats, so that the figures are those of the program around them. */
const installers = [{ format: "tar.zst" }, { format: "deb", compression: "zstd" }];

/** Writes a product of one target into a checkout whose program has so many megabytes (10^6 bytes) more than it needs. */
export async function writeLargeProduct(
  { folder, scratch }: Checkout,
  { id, version, megabytes }: { readonly id: string; readonly version: string; readonly megabytes: number },
): Promise<void> {
  const target = "linux-x86_64";
  const payload = { source: "directory", path: `dist/${target}` };
  const manifest = { targets: { [target]: { payload, binaries: [{ name: id, from: id }], static: true, installers } } };
  await writeProduct(folder, { id, version, targets: [target], manifest });
  if (megabytes === 0) return;
  // A program that starts as before: what follows its last segment is not read.
  const content = join(scratch, "content");
  await writePayload(content, megabytes * 1_000_000);
  await pipeline(createReadStream(content), createWriteStream(payloadFile(folder, id, target), { flags: "a" }));
}
