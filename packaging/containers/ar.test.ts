import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SlipwayError } from "../errors.ts";
import { writeAr } from "./ar.ts";
import { readAr } from "./ar-reader.ts";
import { collect, contentOf } from "./member-content.ts";

interface Plain {
  readonly name: string;
  readonly content: Uint8Array;
}

const write = (members: readonly Plain[], epoch: number) =>
  collect(
    writeAr(
      members.map(({ name, content }) => ({ name, size: content.length, content: contentOf(content) })),
      epoch,
    ),
  );

async function read(archive: Uint8Array): Promise<Plain[]> {
  const members: Plain[] = [];
  for await (const { name, content } of readAr(contentOf(archive)))
    members.push({ name, content: await collect(content) });
  return members;
}

const member = fc.record(
  {
    name: fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,15}$/),
    content: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  },
  { noNullPrototype: true },
);

test("what is written is read again", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(member, { maxLength: 5 }), fc.nat(2 ** 31), async (members, epoch) => {
      assert.deepEqual(await read(await write(members, epoch)), members);
    }),
    { numRuns: 100 },
  );
});

test("a damaged archive is read or refused, never anything else", async () => {
  const archive = await write([{ name: "one", content: Buffer.from("odd") }], 7);
  await fc.assert(
    fc.asyncProperty(fc.nat(archive.length - 1), fc.nat(255), fc.nat(archive.length), async (at, byte, length) => {
      const damaged = Buffer.from(archive);
      damaged[at] = byte;
      await read(damaged.subarray(0, length)).catch((error: unknown) => {
        assert.ok(error instanceof SlipwayError);
        assert.equal(error.code, "SLW-FORMAT");
      });
    }),
    { numRuns: 300 },
  );
});

test("every cut of an archive is noticed, but for one between members", async () => {
  const archive = await write(
    [
      { name: "one", content: Buffer.from("odd") },
      { name: "two", content: Buffer.from("even") },
    ],
    7,
  );
  const whole = new Set([8, 8 + 60 + 4, archive.length]);
  for (let length = 0; length <= archive.length; length += 1) {
    const reading = read(archive.subarray(0, length));
    if (whole.has(length)) await reading;
    else await assert.rejects(reading, SlipwayError);
  }
});

test("the header is the one of deb(5), byte for byte", async () => {
  const archive = await write([{ name: "debian-binary", content: Buffer.from("2.0\n") }], 1_700_000_000);
  const expected = "!<arch>\ndebian-binary   1700000000  0     0     100644  4         `\n2.0\n";
  assert.equal(archive.toString("latin1"), expected);
});

test("members are skipped when their content is not read, or only in part", async () => {
  const content = Buffer.alloc(5001, 1);
  const archive = await write(
    [
      { name: "one", content },
      { name: "two", content },
      { name: "three", content },
    ],
    0,
  );
  const names: string[] = [];
  for await (const one of readAr(inPieces(archive, 100))) {
    names.push(one.name);
    if (one.name === "two") for await (const _ of one.content) break;
  }
  assert.deepEqual(names, ["one", "two", "three"]);
});

for (const name of ["", "seventeen-letters", "sp ace", "sl/ash", "ümlaut"]) {
  test(`the member name ${JSON.stringify(name)} is refused`, async () => {
    await assert.rejects(write([{ name, content: Buffer.alloc(1) }], 0), { code: "SLW-FORMAT" });
  });
}

test("content that is longer or shorter than promised is refused", async () => {
  for (const size of [2, 4]) {
    const writing = collect(writeAr([{ name: "one", size, content: contentOf(Buffer.from("abc")) }], 0));
    await assert.rejects(writing, { code: "SLW-BUILD" });
  }
});

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
