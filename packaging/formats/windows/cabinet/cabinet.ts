import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { pipeline } from "node:stream/promises";
import { inOrder } from "../../../compression/in-order.ts";
import { type Compressed, unwatched } from "../../../compression/pieces.ts";
import { exactly } from "../../../containers/member-content.ts";
import { refusal } from "../../../errors.ts";
import { dosTime } from "./dos-time.ts";
import { blockSize } from "./mszip.ts";
import { packRun, plainRuns, runSize } from "./packed-run.ts";
import { packingThreads } from "./packing-threads.ts";
import {
  type CabinetFile,
  encodeCabinetHeader,
  encodeFile,
  encodeFolder,
  folderSize,
  headerSize,
  longestName,
  mostOfAnything,
} from "./structures.ts";

/** One file of a cabinet. Its size is known before its content, because the list of files comes first. */
export interface CabinetMember {
  /** 1 to 255 printable ASCII characters: in an .msi a key of its File table. */
  readonly name: string;
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** More would wait for the one that reads and writes; each has some sixty megabytes. */
const mostThreads = 4;
/** One that is packed, one that waits: no thread is idle. */
const runsPerThread = 2;
const largestFolder = mostOfAnything * blockSize;
const memberName = /^[\x20-\x7e]+$/;

/**
 * Writes a cabinet (MS-CAB 1.3, one folder, MSZIP) to `file` in place and returns its size in bytes: members in the order
 * given, `epoch` (seconds since 1970, as UTC) as the time of each. Every block is packed by itself, on all cores, and the
 * bytes do not depend on how many there are. Refuses (SLW-FORMAT) what one folder cannot hold, before it writes.
 */
export async function writeCabinet(
  members: readonly CabinetMember[],
  epoch: number,
  file: string,
  done: Compressed = unwatched,
): Promise<number> {
  const list = Buffer.concat(filesOf(members, epoch).map(encodeFile));
  const filesAt = headerSize + folderSize;
  const dataAt = filesAt + list.length;
  let size = dataAt;
  const plain = members.reduce((sum, member) => sum + member.size, 0);
  async function* data(): AsyncGenerator<Uint8Array> {
    for await (const run of packedRuns(members, plain, done)) {
      size += run.length;
      yield run;
    }
  }
  await pipeline(data(), createWriteStream(file, { start: dataAt }));
  const header = encodeCabinetHeader({ size, filesAt, folders: 1, files: members.length });
  await writeAtStart(
    file,
    Buffer.concat([header, encodeFolder({ dataAt, blocks: Math.ceil(plain / blockSize) }), list]),
  );
  return size;
}

/** The counts and sizes are known last, and stand first. */
async function writeAtStart(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.write(bytes, 0, bytes.length, 0);
  } finally {
    await handle.close();
  }
}

async function* packedRuns(
  members: readonly CabinetMember[],
  plainSize: number,
  done: Compressed,
): AsyncGenerator<Uint8Array> {
  const runs = plainRuns(contents(members));
  // A thread takes longer to start than a run to pack.
  if (plainSize <= runSize) {
    for await (const run of runs) {
      yield packRun(run);
      done(run.to - run.from);
    }
    return;
  }
  const count = Math.min(mostThreads, availableParallelism(), Math.ceil(plainSize / runSize));
  const threads = packingThreads(count);
  try {
    yield* inOrder(runs, runsPerThread * count, async (run) => {
      const packed = await threads.pack(run);
      done(run.to - run.from);
      return packed;
    });
  } finally {
    await threads.end();
  }
}

async function* contents(members: readonly CabinetMember[]): AsyncGenerator<Uint8Array> {
  for (const { name, size, content } of members) yield* exactly(content, size, name);
}

function filesOf(members: readonly CabinetMember[], epoch: number): CabinetFile[] {
  const refuse = (what: string, hint?: string) =>
    refusal("SLW-FORMAT", `The cabinet cannot be written: ${what}.`, { hint });
  const time = dosTime(epoch);
  if (time === undefined) throw refuse(`it cannot hold the time ${epoch}, whose year is not between 1980 and 2107`);
  if (members.length === 0 || members.length > mostOfAnything) {
    throw refuse(`it has ${members.length} files, and 1 to ${mostOfAnything} are possible`);
  }
  const names = new Set<string>();
  let offset = 0;
  const files = members.map(({ name, size }) => {
    if (name.length > longestName || !memberName.test(name)) {
      throw refuse(`${JSON.stringify(name)} is no name of 1 to ${longestName} ASCII characters`);
    }
    if (names.has(name)) throw refuse(`${name} is in it twice`);
    names.add(name);
    const file = { name, size, offset, folder: 0, ...time };
    offset += size;
    return file;
  });
  if (offset > largestFolder) {
    throw refuse(`its files have ${offset} bytes, and its folder holds ${largestFolder}`, "Ship less in one .msi.");
  }
  return files;
}
