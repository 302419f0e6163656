/** The smallest Windows program that has a version resource: headers, one section, and the three folders on the way. */
export function programBytes(version: string, language: number): Buffer {
  const [major = 0, minor = 0, patch = 0, build = 0] = version.split(".").map(Number);
  const resource = Buffer.alloc(120);
  resource.writeUInt16LE(120, 0);
  resource.write("VS_VERSION_INFO\0", 6, "utf16le");
  resource.writeUInt32LE(0xfeef_04bd, 40);
  for (const [at, number] of [minor, major, build, patch].entries()) resource.writeUInt16LE(number, 48 + 2 * at);
  resource.write("Translation\0", 92, "utf16le");
  resource.writeUInt16LE(language, 116);

  const section = Buffer.alloc(216);
  const folder = (at: number, id: number, below: number) => {
    section.writeUInt16LE(1, at + 14);
    section.writeUInt32LE(id, at + 16);
    section.writeUInt32LE(below, at + 20);
  };
  folder(0, 16, 0x8000_0018);
  folder(24, 1, 0x8000_0030);
  folder(48, language, 72);
  section.writeUInt32LE(0x1000 + 96, 72);
  section.writeUInt32LE(resource.length, 76);
  section.set(resource, 96);

  const headers = Buffer.alloc(512);
  headers.write("MZ", 0, "latin1");
  headers.writeUInt32LE(64, 0x3c);
  headers.write("PE\0\0", 64, "latin1");
  headers.writeUInt16LE(1, 70); // sections
  headers.writeUInt16LE(240, 84); // size of the optional header
  headers.writeUInt16LE(0x20b, 88);
  headers.writeUInt32LE(0x1000, 88 + 112 + 16); // where the resources will be
  const sectionHeader = 88 + 240;
  headers.write(".rsrc", sectionHeader, "latin1");
  headers.writeUInt32LE(0x1000, sectionHeader + 12);
  headers.writeUInt32LE(section.length, sectionHeader + 16);
  headers.writeUInt32LE(headers.length, sectionHeader + 20);
  return Buffer.concat([headers, section]);
}
