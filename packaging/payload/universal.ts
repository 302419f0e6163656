import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { canonicalJson } from "../canonical-json.ts";
import { sha256 } from "../digest.ts";
import { type Mistake, refuseMistakes } from "../errors.ts";
import { programPath } from "../manifest/installed-paths.ts";
import type { PayloadSource } from "../manifest/product.ts";
import { allOrMistakes } from "../plan/all-or-mistakes.ts";
import { targets } from "../targets.ts";
import type { BinaryArch } from "./binary-header.ts";
import { cacheTrouble } from "./cache-trouble.ts";
import { checkBinary } from "./check-binary.ts";
import { missingBinary } from "./missing-binary.ts";
import { describeSource, fetchPayload, type Payload, type PayloadContext, type PayloadTarget } from "./payload.ts";
import { PayloadEntry } from "./payload-cache.ts";

type SlicedSource = Extract<PayloadSource, { kind: "slices" }>;

/** Raised when equal slices are joined to other bytes than before. */
const joinRevision = 1;
const archs = ["x86_64", "aarch64"] as const satisfies readonly BinaryArch[];

/**
 * One payload of two: each binary is a universal Mach-O of the two that were built, joined in the cache once for the same
 * slices. A binary that is the same in both is taken as it is, and so is every other file that both have alike; files that
 * differ belong to neither.
 * @throws SlipwayError as `fetchPayload` for each of both; SLW-PAYLOAD-ARCH for a binary that is no slice for its processor.
 */
export async function fetchUniversalPayload(
  { slices }: SlicedSource,
  target: PayloadTarget,
  context: PayloadContext,
): Promise<Payload> {
  const [x86_64, aarch64] = await allOrMistakes(
    archs.map((arch) => fetchPayload({ ...target, payload: slices[arch] }, context)),
  );
  if (x86_64 === undefined || aarch64 === undefined) throw new Error("a payload was fetched and is not there");
  const thin = { x86_64, aarch64 };
  const alike = new Map([...x86_64.files].filter(([path, { sha256 }]) => aarch64.files.get(path)?.sha256 === sha256));
  const apart = target.binaries.filter(({ from }) => !alike.has(from));
  await refuseWrongSlices({ ...target, binaries: apart }, slices, thin);
  if (apart.length === 0) return { files: alike };
  const paths = [...new Set(apart.map(({ from }) => from))].sort();
  const from = { x86_64: describeSource(slices.x86_64), aarch64: describeSource(slices.aarch64) };
  const joined = await joinedPayload(paths, thin, from, context.cacheFolder);
  return { files: new Map([...alike, ...joined.files]) };
}

/** Before anything is joined: that both have each binary, for the processor that they say. */
async function refuseWrongSlices(
  { name, binaries }: PayloadTarget,
  slices: SlicedSource["slices"],
  thin: Readonly<Record<BinaryArch, Payload>>,
): Promise<void> {
  const mistakes: Mistake[] = [];
  for (const binary of binaries) {
    for (const arch of archs) {
      const path = programPath(targets[name].os, binary.name);
      const from = describeSource(slices[arch]);
      const found = thin[arch].files.get(binary.from);
      const wrong =
        found === undefined
          ? missingBinary({ path, target: name, from }, binary.from, thin[arch])
          : await checkBinary({ path, target: name, static: false, from, slice: arch }, found.file);
      if (wrong !== undefined) mistakes.push(wrong);
    }
  }
  refuseMistakes(mistakes);
}

async function joinedPayload(
  paths: readonly string[],
  thin: Readonly<Record<BinaryArch, Payload>>,
  from: Readonly<Record<BinaryArch, string>>,
  cacheFolder: string,
): Promise<Payload> {
  const fileOf = (arch: BinaryArch, path: string) => {
    const found = thin[arch].files.get(path);
    if (found === undefined) throw new Error(`${path} was looked at and is not there`);
    return found;
  };
  const digests = paths.map((path) => [path, ...archs.map((arch) => fileOf(arch, path).sha256)]);
  const source = canonicalJson({ universal: digests, revision: joinRevision });
  const entry = new PayloadEntry(cacheFolder, sha256(source), source);
  const cached = await entry.read();
  if (cached !== "absent" && "files" in cached) return cached;
  const { joinMachO } = await import("../formats/macos/join-mach-o.ts");
  const filling = entry.fill(async (files) => {
    for (const path of paths) {
      const file = join(files, path);
      await mkdir(dirname(file), { recursive: true });
      const slice = (arch: BinaryArch) => ({ file: fileOf(arch, path).file, name: `${path} of ${from[arch]}` });
      await joinMachO({ x86_64: slice("x86_64"), aarch64: slice("aarch64") }, file);
    }
  });
  await filling.catch((error: unknown) => {
    throw cacheTrouble(error, "the universal binaries");
  });
  return entry.readFilled("the universal binaries");
}
