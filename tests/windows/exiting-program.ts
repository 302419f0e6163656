/**
 * The smallest x64 program for Windows that does nothing but end with an exit code: `mov eax, code; ret`. From Microsoft,
 * "PE Format": headers in the first 512 bytes of the file, one section of code in the next.
 */
export function exitingProgram(exitCode: number): Buffer {
  const bytes = Buffer.alloc(1024);
  bytes.write("MZ", 0, "latin1");
  bytes.writeUInt32LE(64, 0x3c);
  bytes.write("PE\0\0", 64, "latin1");
  const coff = 68;
  bytes.writeUInt16LE(0x8664, coff); // x64
  bytes.writeUInt16LE(1, coff + 2); // sections
  bytes.writeUInt16LE(240, coff + 16); // size of the optional header
  bytes.writeUInt16LE(0x22, coff + 18); // executable, large addresses
  const optional = coff + 20;
  bytes.writeUInt16LE(0x20b, optional);
  bytes.writeUInt32LE(512, optional + 4); // size of the code
  bytes.writeUInt32LE(0x1000, optional + 16); // where it begins to run
  bytes.writeUInt32LE(0x1000, optional + 20);
  bytes.writeBigUInt64LE(0x1_4000_0000n, optional + 24);
  bytes.writeUInt32LE(0x1000, optional + 32); // alignment in memory
  bytes.writeUInt32LE(512, optional + 36); // and in the file
  bytes.writeUInt16LE(6, optional + 40); // system's version
  bytes.writeUInt16LE(6, optional + 48); // subsystem's version
  bytes.writeUInt32LE(0x2000, optional + 56); // size in memory
  bytes.writeUInt32LE(512, optional + 60); // size of the headers
  bytes.writeUInt16LE(3, optional + 68); // for the console
  for (const at of [72, 80, 88, 96]) bytes.writeBigUInt64LE(0x1_0000n, optional + at); // stack and heap
  bytes.writeUInt32LE(16, optional + 108); // data directories, all empty
  const section = optional + 240;
  bytes.write(".text", section, "latin1");
  bytes.writeUInt32LE(6, section + 8);
  bytes.writeUInt32LE(0x1000, section + 12);
  bytes.writeUInt32LE(512, section + 16);
  bytes.writeUInt32LE(512, section + 20);
  bytes.writeUInt32LE(0x6000_0020, section + 36); // code, to be read and run
  bytes.writeUInt8(0xb8, 512);
  bytes.writeUInt32LE(exitCode, 513);
  bytes.writeUInt8(0xc3, 517);
  return bytes;
}
