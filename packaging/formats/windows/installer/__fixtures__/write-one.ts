import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileEntry } from "../../../../staging/file-entry.ts";
import { growTree } from "../../../../staging/grow-tree.ts";
import { inlineBytes } from "../../../../staging/input-file.ts";
import { writeInstaller } from "../installer.ts";
import { courier, courierTree } from "./courier.ts";

/** Run as a program: writes an .msi of many blocks, with its spool in the folder that is its argument; prints the digest. */
const [folder = ""] = process.argv.slice(2);
const numbers = Array.from({ length: 100_000 }, (_, at) => `${at * at}\n`).join("");
const large = fileEntry("share/numbers", inlineBytes(Buffer.from(numbers)), { part: "bin" });
const files = courierTree.entries.filter(({ type }) => type === "file");
const job = { tree: growTree([...files, large]), epoch: 1_700_000_000, format: courier };
const hash = createHash("sha256");
const context = { spool: join(folder, "spool"), packed: () => undefined };
for await (const chunk of writeInstaller(job, context)) hash.update(chunk);
console.log(hash.digest("hex"));
