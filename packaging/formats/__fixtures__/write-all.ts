import { join } from "node:path";
import type { Installer } from "../../manifest/product.ts";
import { growTree } from "../../staging/grow-tree.ts";
import { writeArtifact } from "../formats.ts";
import * as mac from "../macos/__fixtures__/mac-product.ts";
import { planPkg } from "../macos/plan-pkg.ts";
import { planArtifacts } from "../plan.ts";
import { product, target, texts, tree } from "./courier.ts";

/** Run as a program: writes every format and compression into the folder that is its argument, and prints the digests. */
const [folder = ""] = process.argv.slice(2);
const installers: readonly Installer[] = [
  ...(["tar.zst", "tar.gz", "zip"] as const).map((format) => ({ format })),
  ...(["xz", "gzip", "zstd"] as const).map((compression) => ({ format: "deb", compression }) as const),
];
const windows = { ...target, name: "windows-x86_64", installers: [{ format: "msi", rollback: false }] } as const;
const files = tree.entries.filter(({ type, part }) => type === "file" && part === "bin");
const jobs = [
  ...planArtifacts(product, { ...target, installers }, tree, texts),
  ...planArtifacts({ ...product, version: "1.2.0" }, windows, growTree(files), texts),
  planPkg(mac.product, mac.target, mac.tree, mac.texts, mac.installer),
];
for (const job of jobs) {
  const { sha256 } = await writeArtifact(job, join(folder, job.name));
  console.log(`${sha256}  ${job.name}`);
}
