import { type Mistake, refuseMistakes } from "../errors.ts";
import { programPath } from "../manifest/installed-paths.ts";
import type { Product, ProductTarget } from "../manifest/product.ts";
import { type BinaryClaim, checkBinary } from "../payload/check-binary.ts";
import { missingBinary } from "../payload/missing-binary.ts";
import { describeSource, type Payload } from "../payload/payload.ts";
import type { MachOSigner } from "../signing/rcodesign.ts";
import type { StageName } from "../stage-settings.ts";
import { type OperatingSystem, targets } from "../targets.ts";
import { checkTree } from "./check-tree.ts";
import { fileEntry } from "./file-entry.ts";
import { growTree } from "./grow-tree.ts";
import { type InputFolders, InputReader } from "./input-file.ts";
import { quarantineScript } from "./quarantine-script.ts";
import { stageCompletions, stageManuals } from "./stage-documentation.ts";
import { stageServices } from "./stage-services.ts";
import type { FileEntry, Tree } from "./tree.ts";

/** Which programs for Macs that have no code signature are taken. */
export interface UnsignedPrograms {
  /** `dev` takes all. */
  readonly stage: StageName;
  /** Others take those that are signed before they are shipped; undefined: nothing signs them. */
  readonly machOSigner?: MachOSigner | undefined;
}

export interface StagingInput extends InputFolders, UnsignedPrograms {
  readonly product: Product;
  readonly target: ProductTarget;
  readonly payload: Payload;
}

/**
 * Lays out one target's files. Paths are those of Linux on every system (`usr/bin`, `usr/share`, `etc`): they say what a file
 * is, and each format puts it where its system wants it. It reads the product's own input files and the headers of its
 * programs, and writes nothing; the same inputs give the same tree on every machine.
 * @throws SlipwayError with every mistake at once: SLW-STAGING, SLW-PAYLOAD-MISSING, SLW-PAYLOAD-ARCH.
 */
export async function stageTarget(input: StagingInput): Promise<Tree> {
  const { product, target } = input;
  const system = targets[target.name].os;
  const mistakes: Mistake[] = [];
  const reader = new InputReader(input, mistakes);
  const leaves = [
    ...(await stageBinaries(input, mistakes)),
    ...(await stageProductFiles(product, system, reader, mistakes)),
    // Windows has neither these shells nor man, and only Linux has systemd.
    ...(system === "windows" ? [] : await stageCompletions(product, target, reader)),
    ...(system === "windows" ? [] : await stageManuals(product, reader, mistakes)),
    ...(system === "macos" ? [quarantineScript(product, target)] : []),
    ...(system === "linux" ? await stageServices(product, target, reader, mistakes) : []),
  ];
  const tree = growTree(leaves);
  // A program that the payload lacks has been named already, with what the payload holds instead.
  const staged = target.binaries.filter((binary) => input.payload.files.has(binary.from));
  const binaries = staged.map((binary) => programPath(system, binary.name));
  mistakes.push(...checkTree(tree, { system, binaries, privileged: new Set() }));
  refuseMistakes(mistakes);
  return tree;
}

async function stageBinaries(
  { target, payload, stage, machOSigner }: StagingInput,
  mistakes: Mistake[],
): Promise<readonly FileEntry[]> {
  const staged: FileEntry[] = [];
  const from = describeSource(target.payload);
  for (const binary of target.binaries) {
    const path = programPath(targets[target.name].os, binary.name);
    const found = payload.files.get(binary.from);
    if (found === undefined) {
      mistakes.push(missingBinary({ path, target: target.name, from }, binary.from, payload));
      continue;
    }
    const claim = { path, target: target.name, static: target.static, from };
    const wrong = found.size === 0 ? undefined : await checkProgram(claim, found.file, { stage, machOSigner });
    if (wrong !== undefined) mistakes.push(wrong);
    const { file, size, sha256 } = found;
    staged.push(fileEntry(path, { size, sha256, content: { kind: "disk", file } }, { part: "bin", mode: 0o755 }));
  }
  return staged;
}

async function checkProgram(
  claim: BinaryClaim,
  file: string,
  { stage, machOSigner }: UnsignedPrograms,
): Promise<Mistake | undefined> {
  const wrong = await checkBinary(claim, file);
  if (wrong !== undefined || stage === "dev" || targets[claim.target].os !== "macos") return wrong;
  // Loaded where it is needed: an update without a change of another system starts sooner.
  const { checkSignature } = await import("../payload/check-signature.ts");
  return checkSignature(claim, file, machOSigner);
}

async function stageProductFiles(
  product: Product,
  system: OperatingSystem,
  reader: InputReader,
  mistakes: Mistake[],
): Promise<readonly FileEntry[]> {
  const staged: FileEntry[] = [];
  for (const { from, to, mode, owner, group, kind, only } of product.files) {
    if (!only.includes(system)) continue;
    const config = kind === "config";
    if (config !== to.startsWith("etc/")) {
      const rule = config
        ? "configuration belongs below etc/"
        : "what is below etc/ must be configuration, kept by upgrades";
      mistakes.push({ code: "SLW-STAGING", message: `${to} is a ${kind} file: ${rule}.`, source: { path: from } });
    }
    const input = await reader.file(`${kind} file`, from);
    if (input !== undefined) staged.push(fileEntry(to, input, { part: "bin", mode, owner, group, config }));
  }
  return staged;
}
