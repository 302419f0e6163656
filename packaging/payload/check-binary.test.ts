import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { holdsRows } from "../__fixtures__/refused.ts";
import { arm, elf, fatMachO, macArm, macIntel, portableExecutable, thinMachO } from "./__fixtures__/programs.ts";
import { type BinaryClaim, checkBinary } from "./check-binary.ts";

const folder = await mkdtemp(join(tmpdir(), "slipway-check-binary-"));
after(() => rm(folder, { recursive: true, force: true }));

const interpreter = 3;
const claim: BinaryClaim = {
  path: "usr/bin/runtime",
  target: "linux-x86_64",
  static: true,
  from: "directory dist/x86_64",
};

async function check(bytes: Uint8Array, claimed: Partial<BinaryClaim>): Promise<string | undefined> {
  const file = join(folder, "program");
  await writeFile(file, bytes);
  const mistake = await checkBinary({ ...claim, ...claimed }, file);
  if (mistake !== undefined) assert.equal(mistake.code, "SLW-PAYLOAD-ARCH");
  return mistake?.message;
}

const accepted: readonly (readonly [string, Uint8Array, Partial<BinaryClaim>])[] = [
  ["a static x86-64 ELF", elf(), {}],
  ["a dynamic x86-64 ELF", elf({ segments: [1, interpreter] }), { static: false }],
  ["program headers at the end of the file", elf({ programHeadersAt: 20_000, segments: [1, 3] }), { static: false }],
  ["an AArch64 ELF", elf({ machine: arm }), { target: "linux-aarch64" }],
  ["a universal Mach-O", fatMachO([macArm, macIntel]), { target: "macos-universal", static: false }],
  ["a slice for arm64", thinMachO(macArm), { target: "macos-universal", slice: "aarch64" }],
  ["a slice for x86-64", thinMachO(macIntel), { target: "macos-universal", slice: "x86_64" }],
  ["an x86-64 PE", portableExecutable(), { target: "windows-x86_64" }],
];
for (const [name, bytes, claimed] of accepted) {
  test(`accepted: ${name}`, async () => assert.equal(await check(bytes, claimed), undefined));
}

const refused: readonly (readonly [string, Uint8Array, Partial<BinaryClaim>])[] = [
  [
    "usr/bin/runtime for linux-aarch64 is an x86-64 ELF (from npm @esbuild/linux-x64). Was the cross build skipped?",
    elf(),
    { target: "linux-aarch64", from: "npm @esbuild/linux-x64" },
  ],
  [
    "usr/bin/runtime for linux-x86_64 is an arm64 Mach-O (from directory dist/x86_64). Was the cross build skipped?",
    thinMachO(macArm),
    {},
  ],
  [
    "usr/bin/runtime for macos-universal is an x86-64 PE (from directory dist/x86_64). Was the cross build skipped?",
    portableExecutable(),
    { target: "macos-universal" },
  ],
  [
    "usr/bin/runtime for windows-x86_64 is an arm64 PE (from directory dist/x86_64). Was the cross build skipped?",
    portableExecutable(0xaa64),
    { target: "windows-x86_64" },
  ],
  [
    "usr/bin/runtime for macos-universal is an arm64 Mach-O (from directory dist/x86_64); one for every Mac has an x86-64 and an arm64 slice.",
    thinMachO(macArm),
    { target: "macos-universal" },
  ],
  [
    "usr/bin/runtime for macos-universal is an x86-64 Mach-O (from directory dist/x86_64), in the place of its arm64 slice.",
    thinMachO(macIntel),
    { target: "macos-universal", slice: "aarch64" },
  ],
  [
    "usr/bin/runtime for macos-universal is a universal Mach-O (arm64, x86-64) (from directory dist/x86_64), in the place of its x86-64 slice.",
    fatMachO([macArm, macIntel]),
    { target: "macos-universal", slice: "x86_64" },
  ],
  [
    "usr/bin/runtime for macos-universal is an x86-64 ELF (from directory dist/x86_64). Was the cross build skipped?",
    elf(),
    { target: "macos-universal", slice: "x86_64" },
  ],
  ["usr/bin/runtime for linux-x86_64 is a script (from directory dist/x86_64).", Buffer.from("#!/bin/sh\n"), {}],
  [
    "usr/bin/runtime for linux-x86_64 is a truncated ELF (from directory dist/x86_64).",
    elf({ programHeadersAt: 9000 }).subarray(0, 9050),
    {},
  ],
  [
    "usr/bin/runtime for linux-x86_64 is linked dynamically (from directory dist/x86_64), and the manifest says static: true.",
    elf({ segments: [1, interpreter] }),
    {},
  ],
  [
    "usr/bin/runtime for linux-x86_64 is linked statically (from directory dist/x86_64), and the manifest says static: false.",
    elf(),
    { static: false },
  ],
];
for (const [message, bytes, claimed] of refused) {
  test(`refused: ${message}`, async () => assert.equal(await check(bytes, claimed), message));
}

holdsRows("programs", 12, refused);
