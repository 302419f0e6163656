import { programBytes } from "../../installer/__fixtures__/program.ts";

const optionalAt = 88;

/** A small program of 64 bits that has the sixteen data directories of a real one, and a size of no multiple of eight. */
export function unsignedProgram(): Buffer {
  const program = Buffer.concat([programBytes("1.2.0.7", 1031), Buffer.from("end")]);
  program.writeUInt32LE(512, optionalAt + 60); // bytes of all headers
  program.writeUInt32LE(16, optionalAt + 108); // data directories
  return program;
}
