import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../digest.ts";
import { planArtifacts } from "../../formats/plan.ts";
import { readManifest } from "../../manifest/parse.ts";
import { arm, elf, fatMachO, macArm, macIntel, portableExecutable, x86 } from "../../payload/__fixtures__/programs.ts";
import { buildRecord, type RecordedArtifact, type ReleaseRecord } from "../../record/record.ts";
import type { HomebrewFacts, WingetFacts } from "../../record/repository-facts.ts";
import { stageTarget } from "../../staging/stage.ts";
import { readTexts } from "../../staging/texts.ts";
import type { TargetName } from "../../targets.ts";
import { homebrewFactsOf } from "../homebrew/facts.ts";
import { wingetFactsOf } from "../winget/facts.ts";

const projectRoot = fileURLToPath(new URL("../../../", import.meta.url));

const programs: Readonly<Record<TargetName, Uint8Array>> = {
  "linux-x86_64": elf({ machine: x86 }),
  "linux-aarch64": elf({ machine: arm }),
  "macos-universal": fatMachO([macIntel, macArm]),
  "windows-x86_64": portableExecutable(),
};

/** The record of the repository's own product, whose programs are headers alone and whose digests are those of names. */
export async function sampleRecord(folder: string): Promise<ReleaseRecord> {
  const manifestFolder = join(projectRoot, "packaging", "runtime");
  const product = await readManifest(join(manifestFolder, "manifest.yaml"), "packaging/runtime/manifest.yaml");
  const folders = { manifestFolder, projectRoot };
  const texts = await readTexts(product, folders);
  const planned = product.targets.map(async (target) => {
    const bytes = programs[target.name];
    const file = join(folder, target.name);
    await writeFile(file, bytes);
    const program = { file, size: bytes.length, sha256: sha256(bytes) };
    const payload = { files: new Map(target.binaries.map(({ from }) => [from, program])) };
    const tree = await stageTarget({ product, target, payload, stage: "dev", ...folders });
    return planArtifacts(product, target, tree, texts);
  });
  const jobs = (await Promise.all(planned)).flat();
  const { homebrew: _section, winget: _other, ...told } = product;
  const homebrew = homebrewFactsOf(product, jobs);
  const winget = wingetFactsOf(product);
  const services = product.services.map(({ name }) => name);
  const facts = { ...told, product: product.id, licence: product.licence.spdx, services };
  return buildRecord(
    { ...facts, ...(homebrew && { homebrew }), ...(winget && { winget }) },
    jobs.map((job) => ({
      job,
      built: { size: 1, sha256: sha256(job.name), file: "" },
      recipe: sha256(`recipe of ${job.name}`),
      ...(job.format.kind === "deb" && { control: debControl(job.name) }),
      ...(job.format.kind === "msi" && { control: msiControl, productCode: `{${sampleCode}}` }),
    })),
  ).record;
}

const sampleCode = "01234567-89AB-CDEF-0123-456789ABCDEF";
const debControl = (name: string) =>
  [
    ["Package", name.split("_")[0] ?? ""],
    ["Version", "1"],
    ["Architecture", "all"],
  ] as const;
const msiControl = [
  ["Manufacturer", "Slipway release engineering"],
  ["ProductName", "runtime"],
  ["ProductVersion", "1.0.0"],
  ["UpgradeCode", "{FEDCBA98-7654-3210-FEDC-BA9876543210}"],
] as const;

/** Texts that would be something else in Ruby or YAML if they were not quoted. */
export const hostile = 'Says "#{exit 1}", #$0, #@x, \\n: {} - yes';

const oddHomebrew: HomebrewFacts = {
  desc: 'Says "#{hi}" and \\ more: yes',
  caveats: [hostile, "EOS", "# no comment"],
  formula: {
    name: "odd-tool2",
    install: [
      { path: "bin/odd", into: "bin" },
      { path: "bin/odd-helper", into: "bin", only: "macos" },
      { path: "share/man/de/man1/odd.1.gz", into: "share" },
    ],
    test: ["odd", "version", "--plain"],
  },
};

const oddWinget: WingetFacts = {
  identifier: "Odd.Things.Tool",
  publisher: 'Odd: #1 \\ "Things"',
  name: "yes",
  tags: ["1e10", "odd"],
  shortDescription: hostile,
  commands: ["odd", "odd-helper"],
};

function archive(target: TargetName, format: "tar.gz" | "zip", version: string): RecordedArtifact {
  const name = `odd-${version}-${target}.${format}`;
  const inventory = { path: `inventory/${name}.json`, size: 1, sha256: sha256(`inventory of ${name}`) };
  const digest = sha256(name);
  return { name, format, target, size: 1, content: digest, shipped: digest, recipe: digest, inventory };
}

/** A product with no service and no .msi, with two commands, odd texts, and licences to choose from. */
export function oddRecord(version: string, changes: Partial<ReleaseRecord> = {}): ReleaseRecord {
  return {
    schema: 2,
    product: "odd",
    version,
    epoch: 1_755_042_493,
    summary: "says odd things",
    description: [hostile, "0123456789"],
    homepage: "https://odd.example/",
    maintainer: { name: "Odd Example", email: "odd@odd.example" },
    licence: "(MIT OR Apache-2.0 WITH LLVM-exception) AND BSD-3-Clause",
    features: {},
    services: [],
    homebrew: oddHomebrew,
    winget: oddWinget,
    artifacts: [
      archive("linux-aarch64", "tar.gz", version),
      archive("macos-universal", "tar.gz", version),
      archive("windows-x86_64", "zip", version),
    ],
    ...changes,
  };
}
