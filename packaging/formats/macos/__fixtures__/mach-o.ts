/** Small Mach-O files: made here, since real programs are megabytes. */

export interface MachOShape {
  readonly magic?: number;
  readonly cpu?: number;
  readonly subtype?: number;
  /** 2 is a program, 6 a library, 1 an object file. */
  readonly type?: number;
  /** Load commands before that of the signature, as they are. */
  readonly commands?: readonly Uint8Array[];
  /** How many commands the header says there are, where that is not what there is. */
  readonly count?: number;
  /** The bytes that the command of the signature points to; undefined for no such command. */
  readonly signature?: Uint8Array | undefined;
  readonly body?: string;
}

export const intel = { cpu: 0x0100_0007, subtype: 3 } as const;
export const arm = { cpu: 0x0100_000c, subtype: 0 } as const;

/** A load command: its number and a content of whole words. */
export function command(number: number, ...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + 4 * words.length);
  for (const [at, word] of [number, bytes.length, ...words].entries()) bytes.writeUInt32LE(word, 4 * at);
  return bytes;
}

/** A code signature of no blobs: magic, length, count. */
export function adHocSignature(): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(0xfade_0cc0, 0);
  bytes.writeUInt32BE(bytes.length, 4);
  return bytes;
}

export function machO(shape: MachOShape = {}): Buffer {
  const { magic = 0xcffa_edfe, cpu = intel.cpu, subtype = intel.subtype, type = 2, body = "code" } = shape;
  const { signature, commands = [command(0x1b, 1, 2, 3, 4)] } = shape;
  const before = Buffer.concat(commands);
  const length = before.length + (signature === undefined ? 0 : 16);
  const at = 32 + length + body.length;
  const own = signature === undefined ? [] : [command(0x1d, at, signature.length)];
  const header = Buffer.alloc(32);
  header.writeUInt32BE(magic, 0);
  const words = [cpu, subtype, type, shape.count ?? commands.length + own.length, length, 0, 0];
  for (const [index, word] of words.entries()) header.writeUInt32LE(word >>> 0, 4 + 4 * index);
  return Buffer.concat([header, before, ...own, Buffer.from(body), signature ?? Buffer.alloc(0)]);
}
