import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arm, elf, fatMachO, macArm, macIntel, portableExecutable, thinMachO, x86 } from "./__fixtures__/programs.ts";
import { readBinaryHeader } from "./binary-header.ts";

const programs = [
  ["linux x86_64", elf(), "an x86-64 ELF"],
  ["linux x86_64", elf({ abi: 3, type: 3 }), "an x86-64 ELF"],
  ["linux aarch64", elf({ machine: arm }), "an AArch64 ELF"],
  ["macos x86_64", thinMachO(macIntel), "an x86-64 Mach-O"],
  ["macos aarch64", thinMachO(macArm), "an arm64 Mach-O"],
  ["macos aarch64,x86_64", fatMachO([macIntel, macArm]), "a universal Mach-O (arm64, x86-64)"],
  ["macos aarch64,x86_64", fatMachO([macArm, macIntel], 0xcafebabf), "a universal Mach-O (arm64, x86-64)"],
  ["windows x86_64", portableExecutable(), "an x86-64 PE"],
  ["windows aarch64", portableExecutable(0xaa64), "an arm64 PE"],
] as const;

for (const [runs, bytes, description] of programs) {
  test(`${description} runs on ${runs}`, () => {
    const header = readBinaryHeader(bytes);
    assert(header.system !== undefined);
    assert.deepEqual(`${header.system} ${header.archs.join(",")}`, runs);
    assert.equal(header.description, description);
  });
}

const others = [
  [new Uint8Array(0), "an empty file"],
  [Buffer.from("#!/bin/sh\n"), "a script"],
  [Buffer.from([0x1f, 0x8b, 8]), "a gzip file"],
  [Buffer.from("PK\x03\x04"), "a zip file"],
  [Buffer.from("version https://git-lfs"), "neither an ELF, a Mach-O nor a PE program"],
  [elf().subarray(0, 40), "a truncated ELF"],
  [elf({ machine: 40 }), "a 32-bit ARM ELF"],
  [elf({ machine: 243 }), "a RISC-V ELF"],
  [elf({ machine: 9999 }), "an ELF for another processor"],
  [elf({ elfClass: 1 }), "a 32-bit ELF for x86-64"],
  [elf({ bigEndian: true, machine: arm }), "a big-endian ELF for AArch64"],
  [elf({ abi: 9 }), "an x86-64 ELF for FreeBSD"],
  [elf({ type: 1 }), "an x86-64 ELF that is no program"],
  [elf({ entrySize: 32 }), "a damaged ELF for x86-64"],
  [elf({ segments: [] }), "a damaged ELF for x86-64"],
  [thinMachO(7, 2, 0xcefaedfe), "a 32-bit Mach-O"],
  [thinMachO(18), "a Mach-O for another processor"],
  [thinMachO(macArm, 6), "an arm64 Mach-O that is no program"],
  [fatMachO([macArm, macArm]), "a universal Mach-O with two arm64 slices"],
  [fatMachO([macArm, 18]), "a universal Mach-O with a slice for another processor"],
  [fatMachO([macArm, macIntel]).subarray(0, 30), "a truncated universal Mach-O"],
  [Buffer.from("cafebabe00000041", "hex"), "a Java class file"],
  [portableExecutable(332, 0x22, 0x10b), "a 32-bit x86 PE"],
  [portableExecutable(0x8664, 0x2022), "an x86-64 PE that is no program"],
  [portableExecutable().subarray(0, 100), "a DOS program or a damaged PE"],
  [portableExecutable().subarray(0, 20), "a truncated Windows program"],
] as const;

for (const [bytes, description] of others) {
  test(`no program: ${description}`, () => {
    assert.deepEqual(readBinaryHeader(bytes), { system: undefined, description });
  });
}

test("damaged headers are read without an error, and the answer depends on the first 4 KiB only", () => {
  const start = fc.oneof(fc.constantFrom(...programs.map(([, bytes]) => bytes)), fc.uint8Array({ maxLength: 300 }));
  const damage = fc.array(fc.tuple(fc.nat(255), fc.nat(255)), { maxLength: 12 });
  fc.assert(
    fc.property(start, damage, fc.nat(400), (bytes, changes, length) => {
      const damaged = bytes.slice(0, length);
      for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
      const header = readBinaryHeader(damaged);
      assert(header.description.length > 0);
      const padded = new Uint8Array(8192);
      padded.set(damaged);
      assert.deepEqual(readBinaryHeader(padded), readBinaryHeader(padded.subarray(0, 4096)));
      if (header.system === "linux") assert((header.programHeaders?.count ?? 0) <= 1024);
    }),
    { numRuns: 2000 },
  );
});

test("a machine and its bit width are told apart", () => {
  assert.equal(readBinaryHeader(elf({ machine: x86, elfClass: 2 })).system, "linux");
  assert.equal(readBinaryHeader(elf({ machine: x86, elfClass: 1 })).system, undefined);
});
