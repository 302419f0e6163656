import assert from "node:assert/strict";
import { createPublicKey, verify, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { assertRefusal, holdsRows } from "../../__fixtures__/refused.ts";
import type { KeySource, X509Purpose } from "../signer.ts";
import { fixture, p12, password, signedAt, testSigner } from "./__fixtures__/identities.ts";
import { openX509 } from "./identity.ts";

const names = (certificates: readonly string[]) =>
  certificates.map((der) => /CN=(.*)/.exec(new X509Certificate(Buffer.from(der, "base64")).subject)?.[1]);

for (const file of ["installer", "legacy"]) {
  test(`${file}.p12 gives key, leaf and chain`, async () => {
    const signer = await openX509("apple-installer", { file: p12(file), password }, signedAt);
    const { certificates, fingerprint } = signer.public;
    assert.deepEqual(names(certificates), [
      "Developer ID Installer: Slipway tests",
      "Slipway test issuer",
      "Slipway test root",
    ]);
    assert.equal(signer.size, 256);
    const own = new X509Certificate(Buffer.from(certificates[0] ?? "", "base64"));
    assert.equal(own.fingerprint256.replaceAll(":", "").toLowerCase(), fingerprint);
    for (const digest of ["sha1", "sha256"] as const) {
      const signature = signer.sign(Buffer.from("bytes"), digest);
      assert.ok(verify(digest, Buffer.from("bytes"), own.publicKey, signature));
      assert.deepEqual(signer.sign(Buffer.from("bytes"), digest), signature);
    }
    const key = createPublicKey(readFileSync(fixture("timestamper.key")));
    assert.ok(own.publicKey.equals(key), "all test identities have one key");
  });
}

test("a file on disk is read as it is, and a password's last line break is none of it", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-p12-"));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "it.p12");
  await copyFile(fixture("authenticode.p12"), path);
  await chmod(path, 0o600);
  const secret = { kind: "state", secret: "correct horse\n" } as const;
  const signer = await openX509("authenticode", { file: { kind: "file", path }, password: secret }, signedAt);
  assert.equal(signer.public.fingerprint, (await testSigner("authenticode")).public.fingerprint);
});

const state = (secret: string): KeySource => ({ kind: "state", secret });
const whole = readFileSync(fixture("installer.p12"));
type Row = readonly [
  name: string,
  says: string,
  changed: {
    readonly purpose?: X509Purpose;
    readonly file?: KeySource;
    readonly password?: KeySource;
    readonly at?: number;
  },
];
const rows: readonly Row[] = [
  ["a wrong password", "password given does not open", { password: state("battery staple") }],
  ["no password", "A password was expected in the stack's encrypted state, but it is empty", { password: state(" ") }],
  ["a file that is none", "holds something else", { file: state("bm90aGluZw==") }],
  ["a file that is no base64", "holds something else", { file: state("-----BEGIN PRIVATE KEY-----") }],
  ["a file cut short", "holds something else", { file: state(whole.subarray(0, 900).toString("base64")) }],
  ["a file of certificates", "no private key", { file: p12("no-key") }],
  ["a file without a chain", "lacks the certificate of who issued", { file: p12("no-chain") }],
  ["a certificate that expired", "expired on 2020-01-31", { purpose: "authenticode", file: p12("expired") }],
  ["a certificate of the future", "is valid only from 2020-01-01", { at: 1_500_000_000 }],
  ["a certificate for code", "lacks 1.2.840.113635.100.4.13", { file: p12("authenticode") }],
  ["a certificate for packages", "lacks 1.3.6.1.5.5.7.3.3", { purpose: "authenticode" }],
];
holdsRows("identities", 11, rows);
for (const [name, says, changed] of rows) {
  test(`refused, without a word of its secrets: ${name}`, async () => {
    const given = { purpose: "apple-installer" as const, file: p12("installer"), password, at: signedAt, ...changed };
    await assert.rejects(openX509(given.purpose, given, given.at), (error) => {
      assertRefusal(error, "SLW-KEY", says);
      const shown = inspect(error, { depth: 9, showHidden: true });
      assert.ok(!/correct horse|battery staple/.test(shown), "the password is in the error");
      assert.ok(!shown.includes(whole.toString("base64").slice(60, 90)), "a part of the file is in the error");
      return true;
    });
  });
}

test("a flipped byte of a file is never another identity", async () => {
  const { fingerprint } = (await testSigner("apple-installer")).public;
  for (let at = 0; at < whole.length; at += 401) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    const file = state(damaged.toString("base64"));
    const opened = await openX509("apple-installer", { file, password }, signedAt).catch((error) => {
      assert.equal(error.code, "SLW-KEY", inspect(error));
    });
    assert.equal(opened?.public.fingerprint ?? fingerprint, fingerprint);
  }
});

test("a printed signer shows its public half only", async () => {
  const signer = await testSigner("authenticode");
  const shown = inspect(signer, { depth: 9, showHidden: true }) + JSON.stringify(signer);
  assert.ok(!/correct horse|PRIVATE|KeyObject/.test(shown));
});
