import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { holdsRows } from "../../../__fixtures__/refused.ts";
import { collect, contentOf } from "../../../containers/member-content.ts";
import { SlipwayError } from "../../../errors.ts";
import type { ReadCfbStream } from "../cfb/cfb-reader.ts";
import { type ColumnCode, codeOf, columnBits, columnOf, columnOfBits } from "./column.ts";
import { databaseStreams } from "./database.ts";
import { type ReadCell, type ReadDatabase, readDatabase } from "./database-reader.ts";
import { idtText } from "./idt.ts";
import { decodeStreamName, encodeStreamName } from "./stream-name.ts";
import { stringPool } from "./string-pool.ts";
import { readStringPool } from "./string-pool-reader.ts";
import { type Cell, type Table, table } from "./table.ts";

type Stored = ReadonlyMap<string, Buffer>;

async function stored(tables: readonly Table[]): Promise<Map<string, Buffer>> {
  const streams = new Map<string, Buffer>();
  for (const { name, size, content } of databaseStreams(tables)) {
    const bytes = await collect(content);
    assert.equal(bytes.length, size);
    streams.set(name, bytes);
  }
  return streams;
}

function read(streams: Stored): Promise<ReadDatabase> {
  const list = [...streams].map(
    ([path, bytes]): ReadCfbStream => ({
      path,
      size: bytes.length,
      attributes: Buffer.alloc(20),
      content: () => contentOf(bytes),
    }),
  );
  return readDatabase(list);
}

const named = (name: string) => encodeStreamName({ name, table: true });

const property = {
  name: "Property",
  keys: 1,
  columns: { Property: "s72", Value: "l0" },
} as const;
const sample = {
  name: "Sample",
  keys: 2,
  columns: { Key: "s72", Number: "i2", Long: "I4", Text: "L255", Data: "V0" },
} as const;

test("a database is its strings, its catalogue and its tables, byte for byte", async () => {
  const rows = [
    { Property: "B", Value: "A" },
    { Property: "A", Value: "A" },
  ];
  const streams = await stored([table(property, rows)]);
  const hex = Object.fromEntries(
    [...streams].map(([name, bytes]) => [decodeStreamName(name).name, bytes.toString("hex")]),
  );
  assert.deepEqual(hex, {
    // Code page 1252; A 3 times, B once, Property 4 times, Value once.
    _StringPool: "e4040000" + "01000300" + "01000100" + "08000400" + "05000100",
    _StringData: Buffer.from("ABPropertyValue").toString("hex"),
    _Tables: "0300",
    // Two rows: the table, the numbers 1 and 2, the names, and the types s72 key and l0.
    _Columns: "03000300" + "01800280" + "03000400" + "48ad008f",
    // First both keys, then both values.
    Property: "01000200" + "01000100",
  });
});

test("names of streams are packed as Windows Installer does it", () => {
  assert.equal(named("_Tables"), "\u4840\u3f7f\u4164\u422f\u4836");
  assert.equal(encodeStreamName({ name: "\u0005SummaryInformation", table: false }).charAt(0), "\u0005");
  const name = fc.stringMatching(/^[A-Za-z0-9_. \-ü]{1,30}$/);
  fc.assert(
    fc.property(name, fc.boolean(), (text, isTable) => {
      assert.deepEqual(decodeStreamName(encodeStreamName({ name: text, table: isTable })), {
        name: text,
        table: isTable,
      });
    }),
    { numRuns: 100 },
  );
  assert.equal(encodeStreamName({ name: "a".repeat(62), table: false }).length, 31);
  assert.throws(() => encodeStreamName({ name: "a".repeat(62), table: true }), { code: "SLW-FORMAT" });
});

const codes: readonly ColumnCode[] = ["s72", "S255", "l0", "L64", "i2", "I2", "i4", "I4", "v0", "V0"];

test("every type of a column has the number that Windows Installer gives it", () => {
  const known: readonly (readonly [code: ColumnCode, key: boolean, bits: number])[] = [
    ["s72", true, 0x2d48],
    ["S255", false, 0x1dff],
    ["L0", false, 0x1f00],
    ["i2", false, 0x0502],
    ["I4", false, 0x1104],
    ["v0", false, 0x0900],
    ["V0", false, 0x1900],
  ];
  for (const [code, key, bits] of known) assert.equal(columnBits(columnOf(code, key)), bits, code);
  for (const code of codes) {
    const column = columnOf(code, false);
    assert.deepEqual(columnOfBits(columnBits(column)), column);
    assert.equal(codeOf(column), code);
  }
  for (const bits of [0, 0x100, 0x0503, 0x4d48, 0x8902]) assert.equal(columnOfBits(bits), undefined);
  for (const code of ["s256", "i3", "x1"]) assert.throws(() => columnOf(code as ColumnCode, false), RangeError);
});

const text = fc
  .oneof(fc.constantFrom("a", "b", "Größe", "日本", "€"), fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }))
  .filter((it) => it.isWellFormed() && !it.includes("\0"));

const row = fc.record(
  {
    Key: text,
    Number: fc.integer({ min: -0x7fff, max: 0x7fff }),
    Long: fc.integer({ min: -0x7fff_ffff, max: 0x7fff_ffff }),
    Text: text,
  },
  { requiredKeys: ["Key", "Number"], noNullPrototype: true },
);
const rowsOfSample = fc.uniqueArray(row, { maxLength: 12, selector: ({ Key, Number: number }) => `${number} ${Key}` });

test("what is written is read again, and the order of tables and rows is not in the bytes", async () => {
  await fc.assert(
    fc.asyncProperty(rowsOfSample, fc.uniqueArray(text, { maxLength: 8 }), async (rows, names) => {
      const values = names.map((Property) => ({ Property, Value: "a" }));
      const tables = [table(sample, rows), table(property, values)];
      const streams = await stored(tables);
      const found = await read(streams);
      assert.deepEqual(found.miscounted, []);
      assert.deepEqual(
        byText(found.tables.get("Sample")?.rows ?? []),
        byText(rows.map((it) => [it.Key, it.Number, it.Long, it.Text, undefined])),
      );
      assert.deepEqual(byText(found.tables.get("Property")?.rows ?? []), byText(names.map((it) => [it, "a"])));
      const again = await stored([table(property, values.toReversed()), table(sample, rows.toReversed())]);
      assert.deepEqual(new Map([...again].sort()), new Map([...streams].sort()));
    }),
    { numRuns: 60 },
  );
});

const byText = (rows: readonly (readonly ReadCell[])[]) =>
  rows.map((it) => [...it]).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

test("a binary value is a stream beside its table, named by the row's key", async () => {
  const value = Buffer.from("icon");
  const streams = await stored([table(sample, [{ Key: "k", Number: 7, Data: value }])]);
  const { tables, streams: others } = await read(streams);
  assert.deepEqual(tables.get("Sample")?.rows, [["k", 7, undefined, undefined, { stream: "Sample.k.7" }]]);
  assert.deepEqual([...others.keys()], ["Sample.k.7"]);
  const gone = new Map([...streams].filter(([name]) => decodeStreamName(name).table));
  await assert.rejects(read(gone), /no stream "Sample\.k\.7"/);
});

test("a table is written as text in the form of an .idt file, one line a row", async () => {
  const rows = [
    { Property: "B", Value: "one\ttwo\r\nthree" },
    { Property: "A", Value: "x" },
  ];
  const { tables } = await read(await stored([table(property, rows)]));
  const found = tables.get("Property");
  assert.ok(found !== undefined);
  assert.equal(
    idtText("Property", found),
    "Property\tValue\ns72\tl0\nProperty\tProperty\nA\tx\nB\tone\u0010two\u0011\u0019three\n",
  );
});

test("a string of more than 65,535 bytes has its length in an entry of its own", () => {
  const long = "x".repeat(70_000);
  const { pool, data } = stringPool(["a", long, long, "y"]).encode();
  assert.equal(pool.toString("hex"), "e4040000" + "01000100" + "00000200" + "70110100" + "01000100");
  assert.deepEqual(readStringPool(pool, data).strings.slice(1), [
    { text: "a", uses: 1 },
    { text: long, uses: 2 },
    { text: "y", uses: 1 },
  ]);
});

test("from 65,536 strings on, references have three bytes", async () => {
  const rows = Array.from({ length: 65_600 }, (_, at) => ({ Property: `p${at}`, Value: "x" }));
  const tables = [
    table(property, rows.slice(0, 40_000)),
    table(
      { ...property, name: "More" },
      rows.slice(40_000).map((it) => ({ ...it, Value: "y" })),
    ),
  ];
  const streams = await stored(tables);
  assert.equal(streams.get(named("_StringPool"))?.readUInt32LE(0), 0x8000_04e4);
  assert.equal(streams.get(named("More"))?.length, 25_600 * 6);
  const { tables: found } = await read(streams);
  assert.equal(found.get("Property")?.rows.length, 40_000);
});

test("text beyond code page 1252 makes the whole pool UTF-8", () => {
  for (const [texts, codePage] of [
    [["Größe", "café"], 1252],
    [["€"], 65_001],
    [["\u0080"], 65_001],
    [["日本"], 65_001],
    [[], 1252],
  ] as const) {
    const pool = stringPool(texts);
    assert.equal(pool.codePage, codePage);
    const { pool: entries, data } = pool.encode();
    assert.deepEqual(
      readStringPool(entries, data)
        .strings.slice(1)
        .map((it) => it.text),
      [...texts].sort(),
    );
  }
});

const anyRow = (cells: Readonly<Record<string, Cell | undefined>>): Table => ({ ...table(sample, []), rows: [cells] });
const refused: readonly (readonly [name: string, tables: () => Table[], says: string])[] = [
  ["an empty key", () => [anyRow({ Key: "a" })], "must not be"],
  ["an empty text", () => [anyRow({ Key: "a", Number: 1, Text: "" })], "empty text"],
  ["a text that is too long", () => [anyRow({ Key: "a".repeat(73), Number: 1 })], "at most 72"],
  ["a short number of three bytes", () => [anyRow({ Key: "a", Number: 0x8000 })], "between -32767 and 32767"],
  ["the number that stands for none", () => [anyRow({ Key: "a", Number: -0x8000 })], "between"],
  ["a broken number", () => [anyRow({ Key: "a", Number: 1.5 })], "between"],
  ["half a surrogate pair", () => [anyRow({ Key: "\ud800", Number: 1 })], "no valid text"],
  ["a zero in a text", () => [anyRow({ Key: "a\0b", Number: 1 })], "no valid text"],
  [
    "the same key twice",
    () => [
      {
        ...table(sample, []),
        rows: [
          { Key: "a", Number: 1 },
          { Key: "a", Number: 1 },
        ],
      },
    ],
    "same key",
  ],
  ["the same table twice", () => [table(sample, []), table(sample, [])], "twice"],
  ["a table without columns", () => [{ name: "None", columns: [], rows: [] }], "0 columns"],
  ["a table without a key", () => [table({ ...sample, keys: 0 }, [])], "no primary key"],
  ["a table with a name that is none", () => [table({ ...sample, name: "a b" }, [])], "no name"],
];
for (const [what, tables, says] of refused) {
  test(`${what} is refused`, () => {
    assert.throws(
      () => databaseStreams(tables()),
      (error) => error instanceof SlipwayError && error.code === "SLW-FORMAT" && error.message.includes(says),
    );
  });
}

async function seed(): Promise<Map<string, Buffer>> {
  const rows = Array.from({ length: 4 }, (_, at) => ({ Key: `key ${at}`, Number: at, Long: at * 1000, Text: "Größe" }));
  return stored([table(sample, rows), table(property, [{ Property: "P", Value: "v" }])]);
}

test("a damaged database is read or refused", async () => {
  const whole = await seed();
  const names = [...whole.keys()];
  await fc.assert(
    fc.asyncProperty(fc.nat(names.length - 1), fc.nat(1000), fc.nat(255), fc.nat(9), async (which, at, byte, cut) => {
      const streams = new Map(whole);
      const name = names[which] ?? "";
      const bytes = Buffer.from(whole.get(name) ?? "");
      bytes[at % bytes.length] = byte;
      streams.set(name, cut < 5 ? bytes : bytes.subarray(0, at % bytes.length));
      await read(streams).catch((error: unknown) => {
        assert.ok(error instanceof SlipwayError && error.code === "SLW-FORMAT", String(error));
      });
    }),
    { numRuns: 150 },
  );
});

/** One stream of a database is another. */
const attacks: readonly (readonly [name: string, stream: string, change: (bytes: Buffer) => Buffer, says: RegExp])[] = [
  ["no string pool", "_StringPool", () => Buffer.alloc(0), /no possible size/],
  [
    "more strings than any installer has",
    "_StringPool",
    (it) => Buffer.concat([it, Buffer.alloc(2_000_000)]),
    /500000 strings/,
  ],
  ["half an entry in the pool", "_StringPool", (it) => it.subarray(0, -2), /no possible size/],
  ["an unknown code page", "_StringPool", (it) => write(it, 0, 932), /code page 932/],
  ["a string longer than its data", "_StringPool", (it) => write(it, 4, 999), /longer than/],
  ["a length without an entry", "_StringPool", (it) => write(it, it.length - 4, 0), /within an entry/],
  ["more data than strings", "_StringData", (it) => Buffer.concat([it, it]), /shorter than/],
  ["text that is no text of the code page", "_StringPool", (it) => write(it, 0, 65_001), /no text of code page/],
  ["half a row", "Property", (it) => it.subarray(0, -1), /whole number of rows/],
  ["a reference to no string", "Property", (it) => write(it, 0, 999), /which there is not/],
  ["rows out of order", "Sample", (it) => write(it, 0, it.readUInt16LE(2) + 1), /order/],
  ["a column of no type", "_Columns", (it) => write(it, it.length - 2, 0xffff), /is none/],
  ["a column of no number", "_Columns", (it) => write(it, it.length / 4, 0x8009), /is none|order/],
  ["a table without its columns", "_Columns", () => Buffer.alloc(0), /no columns/],
  ["rows of a table that is not listed", "_Tables", (it) => it.subarray(0, 2), /is none/],
];
holdsRows("installer databases", 15, attacks);
for (const [what, stream, change, says] of attacks) {
  test(`${what} is refused`, async () => {
    const streams = await seed();
    const name = named(stream);
    streams.set(name, change(Buffer.from(streams.get(name) ?? "")));
    await assert.rejects(read(streams), (error) => {
      assert.ok(error instanceof SlipwayError && error.code === "SLW-FORMAT", String(error));
      assert.match(error.message, says);
      return true;
    });
  });
}

test("a count that is not that of the cells is told", async () => {
  const streams = await seed();
  const pool = Buffer.from(streams.get(named("_StringPool")) ?? "");
  streams.set(named("_StringPool"), write(pool, 6, 9));
  assert.deepEqual((await read(streams)).miscounted, ["Data"]);
});

test("rows that no catalogue lists are refused", async () => {
  const streams = await seed();
  streams.set(named("Hidden"), Buffer.alloc(2));
  await assert.rejects(read(streams), /in no list of tables/);
});

test("tables of more rows than any installer has are refused", async () => {
  const streams = await seed();
  streams.set(named("Property"), Buffer.alloc(4 * 500_000));
  await assert.rejects(read(streams), /too many rows/);
});

function write(bytes: Buffer, at: number, value: number): Buffer {
  bytes.writeUInt16LE(value, at);
  return bytes;
}
