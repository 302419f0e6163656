/** Reads so many bytes at a place of a file; undefined where the file has not as many. */
export type ReadAt = (at: number, length: number) => Promise<Buffer | undefined>;

export interface ProgramVersion {
  /** Four numbers: `1.2.0.0`. */
  readonly version: string;
  /** The number of a language, `1033`; 0 where the program does not say. */
  readonly language: string;
}

const resourceDirectory = 2;
const versionType = 16;
const fixedInfoSignature = 0xfeef_04bd;
/** Where the fixed part begins: after the lengths, the type, the key VS_VERSION_INFO and its padding. */
const fixedInfoAt = 40;
const longestResource = 64 * 1024;
const subfolder = 0x8000_0000;

/**
 * The version resource of a Windows program (Microsoft, "PE Format", section ".rsrc"; "VS_VERSIONINFO"). Undefined for all
 * that is no program, has none, or is not in order: Windows sees no version in it either.
 */
export async function versionResource(read: ReadAt): Promise<ProgramVersion | undefined> {
  const section = await resourceSection(read);
  if (section === undefined) return undefined;
  const types = await entriesAt(read, section.at);
  const type = types.find(({ id }) => id === versionType);
  const [name] = type === undefined ? [] : await entriesAt(read, section.at + type.offset);
  const [language] = name === undefined ? [] : await entriesAt(read, section.at + name.offset);
  const place = language === undefined ? undefined : await read(section.at + language.offset, 8);
  if (place === undefined || place.readUInt32LE(0) < section.address) return undefined;
  const at = section.at + place.readUInt32LE(0) - section.address;
  const size = place.readUInt32LE(4);
  const resource = size > longestResource ? undefined : await read(at, size);
  return resource === undefined ? undefined : parseResource(resource);
}

/** Where the resources are in the file, and at which address they will be. */
async function resourceSection(read: ReadAt): Promise<{ readonly at: number; readonly address: number } | undefined> {
  const dos = await read(0, 64);
  if (dos === undefined || dos.toString("latin1", 0, 2) !== "MZ") return undefined;
  const peAt = dos.readUInt32LE(0x3c);
  const header = await read(peAt, 26);
  if (header === undefined || header.readUInt32BE(0) !== 0x5045_0000) return undefined;
  const optionalAt = peAt + 24;
  const directoriesAt = header.readUInt16LE(24) === 0x20b ? 112 : 96;
  const directory = await read(optionalAt + directoriesAt + 8 * resourceDirectory, 8);
  const sections = await read(optionalAt + header.readUInt16LE(20), 40 * header.readUInt16LE(6));
  const address = directory?.readUInt32LE(0) ?? 0;
  if (sections === undefined || address === 0) return undefined;
  for (let at = 0; at < sections.length; at += 40) {
    const begins = sections.readUInt32LE(at + 12);
    const size = sections.readUInt32LE(at + 16);
    if (address >= begins && address < begins + size) {
      return { at: sections.readUInt32LE(at + 20) + address - begins, address };
    }
  }
  return undefined;
}

/** A folder of resources: names first, then numbers, each with the place of what is below, from the section's start. */
async function entriesAt(
  read: ReadAt,
  at: number,
): Promise<readonly { readonly id: number; readonly offset: number }[]> {
  const header = await read(at, 16);
  if (header === undefined) return [];
  const count = header.readUInt16LE(12) + header.readUInt16LE(14);
  const entries = (await read(at + 16, 8 * count)) ?? Buffer.alloc(0);
  return Array.from({ length: entries.length / 8 }, (_, row) => ({
    id: entries.readUInt32LE(8 * row),
    offset: entries.readUInt32LE(8 * row + 4) % subfolder,
  }));
}

function parseResource(resource: Buffer): ProgramVersion | undefined {
  if (resource.length < fixedInfoAt + 16 || resource.readUInt32LE(fixedInfoAt) !== fixedInfoSignature) return undefined;
  const numbers = [10, 8, 14, 12].map((offset) => resource.readUInt16LE(fixedInfoAt + offset));
  return { version: numbers.join("."), language: `${languageOf(resource)}` };
}

/** The first language of the variable `Translation`, whose value begins at the next multiple of four. */
function languageOf(resource: Buffer): number {
  const name = Buffer.from("Translation\0", "utf16le");
  const at = resource.indexOf(name);
  const value = Math.ceil((at + name.length) / 4) * 4;
  return at === -1 || value + 2 > resource.length ? 0 : resource.readUInt16LE(value);
}
