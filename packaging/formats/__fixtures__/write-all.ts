import { join } from "node:path";
import type { Installer } from "../../manifest/product.ts";
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
const jobs = [
  ...planArtifacts(product, { ...target, installers }, tree, texts),
  planPkg(mac.product, mac.target, mac.tree, mac.texts, mac.installer),
];
for (const job of jobs) {
  const { sha256 } = await writeArtifact(job, join(folder, job.name));
  console.log(`${sha256}  ${job.name}`);
}
