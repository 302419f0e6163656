import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, test } from "node:test";
import { assertRefusal, holdsRows } from "../../__fixtures__/refused.ts";
import { SlipwayError } from "../../errors.ts";
import type { X509Signer } from "../signer.ts";
import { root, signedAt, testSigner } from "./__fixtures__/identities.ts";
import { timestampToken } from "./__fixtures__/timestamp.ts";
import { type CmsContent, signCms } from "./cms.ts";
import { readCms } from "./cms-reader.ts";
import { decodeDer, encodeDer, inSet, octetString, sequence, setOf, smallInteger, time, timeOf } from "./der.ts";
import { oids } from "./oids.ts";
import { type Expected, type Trust, verifyCms } from "./verify-cms.ts";

const detached = Buffer.from("content that is elsewhere");
const content: CmsContent = {
  contentType: oids.data,
  digest: createHash("sha256").update(detached).digest(),
  signedAt,
};
const expected: Expected = { contentType: oids.data, detached, timestampAttribute: oids.timestampToken };
const trust: Trust = { anchors: [root], usage: oids.codeSigning };
const what = "The CMS signature";
let signer: X509Signer;

before(async () => {
  signer = await testSigner("authenticode");
});
const check = (bytes: Uint8Array, asked = expected, trusted = trust) =>
  verifyCms(readCms(bytes, what), what, asked, trusted);

test("what is signed is verified, and the same content and time give the same bytes", () => {
  const bytes = signCms(signer, content).bytes();
  assert.deepEqual(signCms(signer, content).bytes(), bytes);
  assert.notDeepEqual(signCms(signer, { ...content, signedAt: signedAt + 1 }).bytes(), bytes);
  const { chain, ...times } = check(bytes);
  assert.equal(chain.length, 3);
  assert.deepEqual(times, { signedAt, timestampedAt: undefined });
});

test("content that is embedded is digested without its own header", () => {
  const embedded = sequence(smallInteger(1), octetString(detached));
  const digest = createHash("sha256").update(encodeDer(embedded).subarray(2)).digest();
  const bytes = signCms(signer, { ...content, digest, embedded }).bytes();
  const { contentType, timestampAttribute } = expected;
  assert.equal(verifyCms(readCms(bytes, what), what, { contentType, timestampAttribute }, trust).signedAt, signedAt);
  assert.throws(() => check(bytes), { code: "SLW-FORMAT" });
});

test("a timestamp is attached without a change of the signature, and says when", () => {
  const signed = signCms(signer, content);
  const token = timestampToken(signed.signature, signedAt + 60);
  const bytes = signed.bytes({ token, attribute: oids.timestampToken });
  assert.deepEqual(readCms(bytes, what).signature, Buffer.from(signed.signature));
  assert.equal(check(bytes).timestampedAt, signedAt + 60);
});

test("each flipped bit of a signature and its timestamp is refused", () => {
  const signed = signCms(signer, content);
  const bytes = signed.bytes({
    token: timestampToken(signed.signature, signedAt),
    attribute: oids.timestampToken,
  });
  for (let at = 0; at < bytes.length; at += at < 80 ? 1 : 11) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
    assert.throws(() => check(damaged), SlipwayError, `byte ${at}`);
  }
});

test("bytes cut short or with more behind them are refused", () => {
  const bytes = signCms(signer, content).bytes();
  for (const other of [Buffer.alloc(0), bytes.subarray(0, 100), Buffer.concat([bytes, Buffer.alloc(1)])]) {
    assert.throws(
      () => check(other),
      (error) => assertRefusal(error, "SLW-FORMAT", "no DER") !== undefined,
    );
  }
});

const later = 4_800_000_000;
type Row = readonly [name: string, code: "SLW-FORMAT" | "SLW-KEY", says: string, verify: () => unknown];
const rows: readonly Row[] = [
  [
    "other content",
    "SLW-FORMAT",
    "made of other content",
    () => check(sign(), { ...expected, detached: Buffer.of(1) }),
  ],
  [
    "another kind of content",
    "SLW-FORMAT",
    "another kind",
    () => check(sign(), { ...expected, contentType: oids.signedData }),
  ],
  ["no anchor", "SLW-KEY", "which is not trusted here", () => check(sign(), expected, { ...trust, anchors: [] })],
  [
    "another purpose",
    "SLW-KEY",
    "lacks 1.2.840.113635",
    () => check(sign(), expected, { ...trust, usage: oids.appleInstaller }),
  ],
  ["a time when the certificate had expired", "SLW-KEY", "expired on", () => check(sign({ signedAt: later }))],
  ["a timestamp of another signature", "SLW-FORMAT", "of another signature", () => check(stamped(Buffer.of(1)))],
  [
    "a timestamp where another is wanted",
    "SLW-FORMAT",
    "another kind",
    () => check(stamped(), { ...expected, timestampAttribute: oids.data }),
  ],
];
const sign = (changed: Partial<CmsContent> = {}) => signCms(signer, { ...content, ...changed }).bytes();
function stamped(of?: Uint8Array): Buffer {
  const signed = signCms(signer, content);
  return signed.bytes({ token: timestampToken(of ?? signed.signature, signedAt), attribute: oids.timestampToken });
}
holdsRows("CMS signatures", 7, rows);
for (const [name, code, says, verify] of rows) {
  test(`${name} is refused`, () => {
    assert.throws(verify, (error) => assertRefusal(error, code, says) !== undefined);
  });
}

test("a certificate that no chain needs is refused", async () => {
  const other = await testSigner("apple-installer");
  const certificates = [...signer.public.certificates, ...other.public.certificates.slice(0, 1)];
  const bytes = signCms({ ...signer, public: { ...signer.public, certificates } }, content).bytes();
  assert.throws(
    () => check(bytes),
    (error) => assertRefusal(error, "SLW-FORMAT", "no part in its signer's chain") !== undefined,
  );
});

test("times are UTCTime up to 2049, then GeneralizedTime, and read again", () => {
  for (const [at, tag] of [
    [0, 23],
    [signedAt, 23],
    [2_524_607_999, 23],
    [2_524_608_000, 24],
  ] as const) {
    assert.equal(encodeDer(time(at))[0], tag);
    assert.equal(timeOf(time(at)), at);
  }
  assert.equal(timeOf(smallInteger(1)), undefined);
});

test("members of a set have the order of their bytes", () => {
  const set = setOf(smallInteger(2), octetString(Buffer.of(1)), smallInteger(1));
  assert.equal(encodeDer(set).toString("hex"), "3109" + "020101" + "020102" + "040101");
  assert.equal(inSet(decodeDer(encodeDer(set), "A set")).length, 3);
});

test("what has a second spelling in BER is refused", () => {
  for (const hex of ["30800000", "3081020500", "0201", "02020001", "3003020101ff"]) {
    assert.throws(() => decodeDer(Buffer.from(hex, "hex"), "It"), { code: "SLW-FORMAT" }, hex);
  }
});
