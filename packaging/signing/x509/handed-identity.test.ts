import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeDer, inSequence, oidOf } from "./der.ts";
import { generateX509 } from "./generate.ts";
import { handedIdentity } from "./handed-identity.ts";
import { openIdentity } from "./identity.ts";
import { openPkcs12 } from "./pkcs12.ts";

const { secret } = generateX509("apple-application", "Courier (dev)");
const source = {
  file: { kind: "state", secret: secret.file },
  password: { kind: "state", secret: secret.password },
} as const;

test("what is handed to rcodesign has the key and its own certificate alone, under a password of its own", async () => {
  const identity = await openIdentity("apple-application", source, 1_700_000_000);
  assert.equal(identity.public.certificates.length, 2, "the identity itself has its chain");
  const { file, password } = handedIdentity(identity);
  assert.notEqual(password, secret.password);
  const { keys, certificates } = openPkcs12(file, password, "a test");
  assert.equal(keys.length, 1);
  assert.deepEqual(
    certificates.map(({ fingerprint256 }) => fingerprint256),
    [identity.certificate.fingerprint256],
  );
  assert.ok(keys.every((key) => key.equals(identity.key)));
  assert.throws(() => openPkcs12(file, secret.password, "a test"), { code: "SLW-KEY" });
  // pbeWithSHAAnd3-KeyTripleDES-CBC, of RFC 7292 appendix C: the one that rcodesign reads.
  assert.ok(file.includes(Buffer.from("060a2a864886f70d010c0103", "hex")));
  assert.equal(oidOf(inSequence(inSequence(decodeDer(file, "the file"))[1])[0]), "1.2.840.113549.1.7.1");
});
