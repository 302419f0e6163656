import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import { SlipwayError } from "../errors.ts";
import { ed25519Public, generateEd25519, openEd25519, verifyEd25519 } from "./ed25519.ts";

const bytes = Buffer.from("a role's bytes");

test("what a key signs, its public half verifies, and nothing else does", async () => {
  const key = generateEd25519();
  const other = generateEd25519();
  const signer = await openEd25519(key.public, { kind: "state", secret: key.secret });
  const signature = signer.sign(bytes);
  assert.equal(signature.length, 64);
  assert.deepEqual(signer.sign(bytes), signature);
  assert.ok(verifyEd25519(key.public, bytes, signature));
  assert.ok(!verifyEd25519(other.public, bytes, signature));
  assert.ok(!verifyEd25519(key.public, Buffer.from("other bytes"), signature));
  assert.ok(!verifyEd25519(key.public, bytes, signature.subarray(1)));
});

test("RFC 8032, section 7.1, test 2", async () => {
  const seed = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
  const secret = Buffer.from(`302e020100300506032b657004220420${seed}`, "hex").toString("base64url");
  const key = ed25519Public("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const signer = await openEd25519(key, { kind: "state", secret });
  assert.equal(
    Buffer.from(signer.sign(Buffer.from("72", "hex"))).toString("hex"),
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  );
});

test("the key id is the SHA-256 of the TUF key object's canonical JSON", () => {
  const key = ed25519Public("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  assert.equal(key.keyid, "eaf1e23f6c823132f437a2eaa299a7950f7386631deff273db195bbd26209e2b");
});

test("a PEM file of openssl's is taken too", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const point = publicKey.export({ format: "der", type: "spki" }).subarray(12).toString("hex");
  const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const signer = await openEd25519(ed25519Public(point), { kind: "state", secret: pem });
  assert.ok(verifyEd25519(signer.public, bytes, signer.sign(bytes)));
});

test("refused, without a word of its content", async () => {
  const expected = generateEd25519().public;
  const other = generateEd25519();
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export({ format: "pem", type: "pkcs8" });
  const cases: readonly (readonly [string, RegExp])[] = [
    [other.secret, new RegExp(`belongs to key ${other.public.keyid}, but key ${expected.keyid} was expected`)],
    [rsa.toString(), /expected in the stack's encrypted state, but it holds something else/],
    [other.secret.slice(0, -8), /holds something else/],
    [other.public.publicKey, /holds something else/],
  ];
  for (const [secret, says] of cases) {
    await assert.rejects(openEd25519(expected, { kind: "state", secret }), (error) => {
      assert.ok(error instanceof SlipwayError);
      assert.equal(error.code, "SLW-KEY");
      assert.match(error.message, says);
      assert.ok(!inspect(error).includes(secret.slice(30, 50)), "a part of the key is in the error");
      return true;
    });
  }
});

test("a printed signer shows its public half only", async () => {
  const key = generateEd25519();
  const signer = await openEd25519(key.public, { kind: "state", secret: key.secret });
  const shown = inspect(signer, { depth: 9, showHidden: true }) + JSON.stringify(signer);
  const seed = Buffer.from(key.secret, "base64url").subarray(-32);
  for (const form of [key.secret, seed.toString("hex"), seed.toString("base64")]) assert.ok(!shown.includes(form));
});
