import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { assertRefusal, holdsRows } from "../../__fixtures__/refused.ts";
import { collect, contentOf } from "../../containers/member-content.ts";
import { contentLimits } from "../../contents/budget.ts";
import { readContents } from "../../contents/read-contents.ts";
import { sha256 } from "../../digest.ts";
import { SlipwayError } from "../../errors.ts";
import { stapleFile } from "../../notarization/staple-file.ts";
import { root } from "../../signing/x509/__fixtures__/identities.ts";
import { scratch } from "../__fixtures__/scratch.ts";
import { opened } from "./__fixtures__/opened.ts";
import { signedPkg } from "./__fixtures__/signed-pkg.ts";
import { readStapledTicket, staplePkg } from "./stapled-ticket.ts";
import { verifyPkg } from "./verify-pkg.ts";

const ticket = Buffer.from("s8ch of a test");

const read = (context: TestContext, bytes: Uint8Array) =>
  opened(context, bytes, (file) => readStapledTicket(file, bytes.length));
const stapled = (archive: Uint8Array, with_: Uint8Array = ticket) => collect(staplePkg(contentOf(archive), with_));

async function signedFile(context: TestContext) {
  const folder = await scratch(context);
  const bytes = await signedPkg(folder);
  const file = join(folder, "courier.pkg");
  await writeFile(file, bytes);
  return { folder, file, bytes, size: bytes.length };
}

test("a ticket is behind the archive, between two marks", async () => {
  const archive = Buffer.from("the archive");
  const end = Buffer.from("74386c72" + "0100" + "0100" + "00000000" + "00000000", "hex");
  const mark = Buffer.from("74386c72" + "0100" + "0200" + "0e000000" + "00000000", "hex");
  assert.deepEqual(await stapled(archive), Buffer.concat([archive, end, ticket, mark]));
});

test("what is stapled is found again, and what is not has no ticket", async (context) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), async (archive, more) => {
      assert.deepEqual(await read(context, archive), { size: archive.length, ticket: undefined });
      const one = Buffer.concat([ticket, more]);
      assert.deepEqual(await read(context, await stapled(archive, one)), { size: archive.length, ticket: one });
    }),
    { numRuns: 30 },
  );
});

test("a stapled package is verified and inspected as before, and its ticket told", async (context) => {
  const signed = await signedFile(context);
  const output = join(signed.folder, "stapled.pkg");
  const { size, hex } = await stapleFile(signed, ticket.toString("base64"), output);
  const bytes = await readFile(output);
  assert.deepEqual([size, hex], [bytes.length, sha256(bytes)]);
  assert.ok(bytes.equals(await stapled(signed.bytes)));
  const verify = (it: Uint8Array) => opened(context, it, (file) => verifyPkg(file, it.length, [root]));
  const { ticket: found, ...facts } = await verify(bytes);
  assert.ok(found?.equals(ticket));
  assert.deepEqual(facts, await verify(signed.bytes));
  const inside = await readContents(output, contentLimits);
  assert.equal(inside.facts?.["notary ticket"], sha256(ticket));
  const before = await readContents(signed.file, contentLimits);
  assert.equal(before.facts?.["notary ticket"], undefined);
  assert.deepEqual(inside.entries, before.entries);
});

test("a package gets one ticket, and nothing but a ticket", async (context) => {
  const signed = await signedFile(context);
  const output = join(signed.folder, "stapled.pkg");
  await assert.rejects(stapleFile(signed, Buffer.from("none").toString("base64"), output), { code: "SLW-FORMAT" });
  const { size } = await stapleFile(signed, ticket.toString("base64"), output);
  const again = stapleFile({ file: output, size }, ticket.toString("base64"), `${output}.again`);
  await assert.rejects(again, /has a notary ticket already/);
  await assert.rejects(stapleFile({ ...signed, size: signed.size - 1 }, ticket.toString("base64"), output), {
    code: "SLW-BUILD",
  });
});

const whole = await stapled(Buffer.from("archive"));
const at = (offset: number, byte: number) => {
  const copy = Buffer.from(whole);
  copy[copy.length - 16 + offset] = byte;
  return copy;
};
const damages: readonly (readonly [what: string, bytes: Buffer])[] = [
  ["another version", at(4, 2)],
  ["an end mark at the end", at(6, 1)],
  ["a mark of no kind", at(6, 0)],
  ["a ticket that is longer", at(8, 15)],
  ["a ticket that is shorter", at(8, 13)],
  ["a ticket that begins before the file", at(9, 1)],
  ["a ticket that is far too long", at(11, 0xff)],
  ["bytes where nothing is", at(12, 1)],
  ["no end mark", Buffer.concat([Buffer.alloc(16), whole.subarray(7 + 16)])],
  ["an end mark with a length", Buffer.from(whole).fill(1, 7 + 8, 7 + 9)],
  ["a ticket that is none", Buffer.from(whole).fill(1, 7 + 16, 7 + 17)],
];

holdsRows("stapled tickets", 11, damages);

for (const [what, bytes] of damages) {
  test(`${what} is refused`, async (context) => {
    await assert.rejects(read(context, bytes), (error) => {
      assertRefusal(error, "SLW-FORMAT", "damage where a notary ticket is stapled");
      return true;
    });
  });
}

test("a flipped bit anywhere in a stapled package is caught, but for those of the ticket's own content", async (context) => {
  const { bytes: signed } = await signedFile(context);
  const bytes = await stapled(signed);
  const places = fc.oneof(fc.nat(signed.length + 19), fc.integer({ min: bytes.length - 16, max: bytes.length - 1 }));
  await fc.assert(
    fc.asyncProperty(places, fc.nat(7), async (place, bit) => {
      const copy = Buffer.from(bytes);
      copy[place] = (copy[place] ?? 0) ^ (1 << bit);
      const verified = opened(context, copy, (file) => verifyPkg(file, copy.length, [root]));
      await assert.rejects(verified, (error) => error instanceof SlipwayError);
    }),
    { numRuns: 40 },
  );
});
