import { createHash } from "node:crypto";
import { appendFile, chmod, mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { payloadFile, writeProduct } from "../engine/product.ts";

/** Names that sort differently in different locales and on disks that ignore case. */
const names = ["B.txt", "a.txt", "I.txt", "i2.txt", "_c.txt", "Z-1.txt", "z.10.txt", "z.9.txt"];

/** More than one block of the xz and zstd writers, so that threads have a choice of order. */
const largeBytes = 28 << 20;

/** What each kind of product is made into; an .msi has no pre-releases. */
const kinds = {
  small: { version: "1.0.0-rc.1", targets: ["linux-x86_64", "linux-aarch64"] },
  large: { version: "1.0.0-rc.1", targets: ["linux-x86_64"] },
  windows: { version: "1.0.0", targets: ["windows-x86_64"] },
} as const;
const unixInstallers = [
  { format: "tar.zst" },
  { format: "tar.gz" },
  { format: "zip" },
  { format: "deb", compression: "xz" },
];
const windowsInstallers = [{ format: "zip" }, { format: "msi", wsl: "required", rollback: true }];

/**
 * Writes a product with names that locales sort in different ways and, in `large`, one program of several compressor
 * blocks. `mode` and `mtime` are what the files have on the disk; no byte of a package may follow from them.
 */
export async function writeHardProduct(
  folder: string,
  {
    id,
    kind,
    mode,
    mtime,
  }: { readonly id: string; readonly kind: keyof typeof kinds; readonly mode: number; readonly mtime: Date },
): Promise<void> {
  const files = names.map((name) => ({ from: `data/${name}`, to: `usr/share/${id}/data/${name}` }));
  await writeProduct(folder, {
    id,
    ...kinds[kind],
    installers: kind === "windows" ? windowsInstallers : unixInstallers,
    manifest: { files, features: { zeta: true, alpha: false } },
  });
  const product = join(folder, "products", id);
  await mkdir(join(product, "data"), { recursive: true });
  for (const name of names) await writeFile(join(product, "data", name), `${name}\n`);
  if (kind === "large") await appendFile(payloadFile(folder, id, "linux-x86_64"), filler(largeBytes));
  for (const entry of await readdir(product, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    await chmod(file, mode);
    await utimes(file, mtime, mtime);
  }
}

/** Bytes that are the same on every run and cheap to compress: a digest for each 64 KiB, repeated through them. */
function filler(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  const piece = 64 << 10;
  for (let at = 0; at < size; at += piece) bytes.fill(createHash("sha256").update(String(at)).digest(), at, at + piece);
  return bytes;
}
