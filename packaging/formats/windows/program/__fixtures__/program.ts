import { programBytes } from "../../installer/__fixtures__/program.ts";

const headerAt = 64;
const optionalAt = headerAt + 24;

/** A small program of 64 bits that has the sixteen data directories of a real one, and a size of no multiple of eight. */
export function unsignedProgram(): Buffer {
  const program = Buffer.concat([programBytes("1.2.0.7", 1031), Buffer.from("end")]);
  program.writeUInt16LE(0x8664, headerAt + 4); // x86-64
  program.writeUInt16LE(0x22, headerAt + 22); // a program, of large addresses
  program.writeUInt32LE(512, optionalAt + 60); // bytes of all headers
  program.writeUInt32LE(16, optionalAt + 108); // data directories
  return program;
}
