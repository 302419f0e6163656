import { type FileHandle, open } from "node:fs/promises";
import type { Mistake } from "../errors.ts";
import { type TargetName, targets } from "../targets.ts";
import { type BinaryArch, type BinaryHeader, headerBytes, type OtherBytes, readBinaryHeader } from "./binary-header.ts";
import { hasInterpreter } from "./elf-header.ts";

/** A staged program and what the manifest says of it. */
export interface BinaryClaim {
  /** Installed path, for messages: `usr/bin/runtime`. */
  readonly path: string;
  readonly target: TargetName;
  /** The manifest says that it is linked statically; checked on Linux, where the package's Depends follow from it. */
  readonly static: boolean;
  /** `npm @esbuild/linux-x64`, `directory dist/aarch64`. */
  readonly from: string;
  /** It is to be one slice of a universal program, for this processor. */
  readonly slice?: BinaryArch;
}

/** Reads a program's header from `file` and says what contradicts the claim: SLW-PAYLOAD-ARCH, or undefined. */
export async function checkBinary(claim: BinaryClaim, file: string): Promise<Mistake | undefined> {
  const handle = await open(file);
  try {
    const header = readBinaryHeader(await readRange(handle, 0, headerBytes));
    const wrongPlace = checkPlace(claim, header);
    if (wrongPlace !== undefined || header.system !== "linux" || header.programHeaders === undefined) return wrongPlace;
    const { offset, entrySize, count } = header.programHeaders;
    const table = await readRange(handle, offset, entrySize * count);
    if (table.length < entrySize * count) return arch(`${subject(claim)} is a truncated ELF (from ${claim.from}).`);
    return checkLinkage(claim, hasInterpreter(table));
  } finally {
    await handle.close();
  }
}

/** Whether a program with this header runs on the claim's target. */
export function checkPlace(claim: BinaryClaim, header: BinaryHeader | OtherBytes): Mistake | undefined {
  const target = targets[claim.target];
  const whole = target.arch === "universal" ? universal : [target.arch];
  const wanted = claim.slice === undefined ? whole : [claim.slice];
  const here = header.system === target.os;
  if (here && header.archs.join() === wanted.join()) return undefined;
  const found = `${subject(claim)} is ${header.description} (from ${claim.from})`;
  if (here && claim.slice !== undefined) {
    const name = sliceNames[claim.slice];
    return arch(`${found}, in the place of its ${name} slice.`, {
      hint: "Are the two payloads the wrong way round?",
    });
  }
  if (here && target.arch === "universal") {
    return arch(`${found}; one for every Mac has an x86-64 and an arm64 slice.`, {
      hint: "Give the payload of each: source: slices, and below it x86_64: and arm64:.",
    });
  }
  return arch(`${found}.${header.system === undefined ? "" : " Was the cross build skipped?"}`);
}

/** As a header has them: sorted. */
const universal: readonly BinaryArch[] = ["aarch64", "x86_64"];
/** What people call the processors. */
export const sliceNames: Readonly<Record<BinaryArch, string>> = { x86_64: "x86-64", aarch64: "arm64" };

function checkLinkage(claim: BinaryClaim, dynamic: boolean): Mistake | undefined {
  if (claim.static && dynamic) {
    return arch(`${subject(claim)} is linked dynamically (from ${claim.from}), and the manifest says static: true.`, {
      hint: "Say static: false and list the Debian packages it needs under depends, or link it statically.",
    });
  }
  if (!claim.static && !dynamic) {
    return arch(`${subject(claim)} is linked statically (from ${claim.from}), and the manifest says static: false.`, {
      hint: "Say static: true; the package then needs no library and says why it has none.",
    });
  }
  return undefined;
}

function subject(claim: BinaryClaim): string {
  return `${claim.path} for ${claim.target}`;
}

function arch(message: string, more: { readonly hint?: string } = {}): Mistake {
  return { code: "SLW-PAYLOAD-ARCH", message, ...more };
}

async function readRange(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
