/** Run as a program: writes small packages `pNNNNN_1.0.0_amd64.deb` into a folder. */
import { join } from "node:path";
import type { ArtifactJob } from "../packaging/artifact.ts";
import { writeArtifact } from "../packaging/formats/formats.ts";
import { inlineEntry } from "../packaging/staging/file-entry.ts";
import { growTree } from "../packaging/staging/grow-tree.ts";

const [folder = "", count = ""] = process.argv.slice(2);
for (let number = 0; number < Number(count); number++) {
  const name = `p${`${number}`.padStart(5, "0")}`;
  const control = [
    ["Package", name],
    ["Version", "1.0.0"],
    ["Architecture", "amd64"],
    ["Maintainer", "Slipway <packages@slipway.example>"],
    ["Section", "utils"],
    ["Priority", "optional"],
    ["Homepage", "https://slipway.example/"],
    ["Description", `the small package ${name}\n It holds one file of a few bytes.`],
  ] as const;
  const file = `${name}_1.0.0_amd64.deb`;
  const job: ArtifactJob = {
    ...{ product: name, version: "1.0.0", target: "linux-x86_64", epoch: 1_700_000_000, name: file },
    tree: growTree([inlineEntry(`usr/share/${name}/name`, `${name}\n`, "bin")]),
    format: { kind: "deb", compression: "gzip", control, scripts: {} },
  };
  await writeArtifact(job, join(folder, file));
}
