import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { inspect } from "node:util";
import { encryptKey, enums, generateKey, readKey, readPrivateKey, readSignature } from "openpgp";
import { SlipwayError } from "../errors.ts";
import { keyringArmored, keyringBytes } from "./keyring.ts";
import { generateOpenPgp, openOpenPgp, verifyDetached } from "./openpgp.ts";
import { readOpenPgpPublic } from "./openpgp-public.ts";
import type { OpenPgpPublic, OpenPgpSigner } from "./signer.ts";

const CREATED = 1_700_000_000;
const AT = 1_790_000_000;
const user = { name: "Example archive", email: "archive@example.org" };
/** Made by gpg 2.2 with cert-digest-algo SHA1. */
const boundBySha1 = join(import.meta.dirname, "__fixtures__", "bound-by-sha1.asc");
const data = Buffer.from("0123  file\n");

let key: { readonly public: OpenPgpPublic; readonly secret: string };
let signer: OpenPgpSigner;

before(async () => {
  key = await generateOpenPgp(user, CREATED);
  signer = await openOpenPgp(key.public, { kind: "state", secret: key.secret });
});

function refused(says: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof SlipwayError, inspect(error));
    assert.equal(error.code, "SLW-KEY");
    assert.match(error.message, says);
    assert.doesNotMatch(inspect(error), /PRIVATE KEY/);
    return true;
  };
}

test("a generated key is version 4, algorithm 22, bound by SHA-512, without expiry, SHA-1 or notation", async () => {
  const made = await readKey({ armoredKey: key.public.armored });
  assert.equal(made.keyPacket.version, 4);
  assert.equal(made.keyPacket.algorithm, enums.publicKey.eddsaLegacy);
  assert.equal(await made.getExpirationTime(), Number.POSITIVE_INFINITY);
  assert.equal(made.subkeys.length, 0);
  const bindings = made.users.flatMap((it) => it.selfCertifications);
  assert.deepEqual(
    bindings.map((it) => [it.hashAlgorithm, it.rawNotations, it.created?.getTime()]),
    [[enums.hash.sha512, [], CREATED * 1000]],
  );
  assert.deepEqual([key.public.created, key.public.fingerprint], [CREATED, made.getFingerprint().toUpperCase()]);
});

test("the same bytes and date give the same signature, another date another one", async () => {
  const first = await signer.detach(data, AT);
  assert.equal(await signer.detach(data, AT), first);
  assert.notEqual(await signer.detach(data, AT + 1), first);
  const [packet] = (await readSignature({ armoredSignature: first })).packets;
  assert.deepEqual(
    [packet?.hashAlgorithm, packet?.rawNotations, packet?.created?.getTime()],
    [enums.hash.sha512, [], AT * 1000],
  );
});

test("a detached signature verifies for its bytes and key only", async () => {
  const signature = await signer.detach(data, AT);
  const other = await generateOpenPgp(user, CREATED);
  assert.ok(await verifyDetached(key.public.armored, data, signature));
  assert.ok(!(await verifyDetached(key.public.armored, Buffer.from("0123  other\n"), signature)));
  assert.ok(!(await verifyDetached(other.public.armored, data, signature)));
  assert.ok(!(await verifyDetached(key.public.armored, data, "no signature")));
  assert.ok(!(await verifyDetached(key.public.armored, data, signature.replace("\n\nw", "\n\nx"))));
});

test("a cleartext message keeps the text, escapes dashes and ends lines with LF", async () => {
  const text = "Origin: Example\nDescription: a\n .\n - x\n-dash\nFrom here\n";
  const signed = await signer.clearsign(text, AT);
  assert.equal(await signer.clearsign(text, AT), signed);
  const [head, tail] = signed.split("-----BEGIN PGP SIGNATURE-----\n");
  assert.equal(
    head,
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nOrigin: Example\nDescription: a\n .\n - x\n- -dash\nFrom here\n",
  );
  assert.match(tail ?? "", /^\n[A-Za-z0-9+/=\n]+-----END PGP SIGNATURE-----\n$/);
  assert.ok(!signed.includes("\r"));
});

test("what a cleartext message would not sign is refused", async () => {
  for (const text of ["no end of line", "trailing blank \n", "tab\t\n", "a\r\nb\r\n"]) {
    await assert.rejects(async () => signer.clearsign(text, AT), refused(/no line may end in a blank/), text);
  }
});

test("a date before the key's creation is refused", async () => {
  await assert.rejects(signer.detach(data, CREATED - 1), refused(/valid from 2023-11-14T22:13:20Z on and cannot sign/));
});

test("a source with another key, another kind or a lock is refused, without a word of its content", async () => {
  const other = await generateOpenPgp(user, CREATED);
  const locked = await encryptKey({
    privateKey: await readPrivateKey({ armoredKey: key.secret }),
    passphrase: "correct horse",
  });
  const cases: readonly (readonly [string, RegExp])[] = [
    [other.secret, new RegExp(`has the fingerprint ${other.public.fingerprint}, but ${key.public.fingerprint}`)],
    [key.public.armored, /holds something else/],
    [key.secret.slice(0, 300), /holds something else/],
    [locked.armor(), /is locked with a passphrase/],
  ];
  for (const [secret, says] of cases) {
    await assert.rejects(openOpenPgp(key.public, { kind: "state", secret }), (error) => {
      assert.ok(!inspect(error).includes(secret.slice(120, 150)), "a part of the key is in the error");
      return refused(says)(error);
    });
  }
});

test("a private half whose signatures the public half does not verify is refused", async () => {
  const swapped: OpenPgpPublic = { ...key.public, armored: (await generateOpenPgp(user, CREATED)).public.armored };
  await assert.rejects(
    openOpenPgp(swapped, { kind: "state", secret: key.secret }),
    refused(new RegExp(`does not fit the public key ${key.public.fingerprint}`)),
  );
});

test("keys of a team: RSA-3072 and a signing subkey are taken, and sign deterministically", async () => {
  const options = { userIDs: [user], format: "armored" as const, date: new Date(CREATED * 1000) };
  const config = { v6Keys: false, nonDeterministicSignaturesViaNotation: false };
  const keys = [
    await generateKey({ ...options, type: "rsa", rsaBits: 3072, subkeys: [], config }),
    await generateKey({ ...options, type: "ecc", curve: "ed25519Legacy", subkeys: [{ sign: true }], config }),
  ];
  for (const { publicKey, privateKey } of keys) {
    const opened = await openOpenPgp(await readOpenPgpPublic(publicKey), { kind: "state", secret: privateKey });
    const signature = await opened.detach(data, AT);
    assert.equal(await opened.detach(data, AT), signature);
    assert.ok(await verifyDetached(publicKey, data, signature));
  }
});

test("keys that some apt rejects or warns about are refused by name", async () => {
  const options = { userIDs: [user], format: "armored" as const, subkeys: [], date: new Date(CREATED * 1000) };
  const v4 = { v6Keys: false };
  const cases: readonly (readonly [Promise<{ publicKey: string }>, RegExp])[] = [
    [generateKey({ ...options, type: "curve25519", config: v4 }), /of a kind \(ed25519\) that not every apt/],
    [generateKey({ ...options, type: "ecc", curve: "nistP256", config: v4 }), /of a kind \(ecdsa\)/],
    [generateKey({ ...options, type: "rsa", rsaBits: 2048, config: v4 }), /RSA with 2048 bits/],
    [generateKey({ ...options, type: "curve25519", config: { v6Keys: true } }), /version 6; apt needs version 4/],
    [Promise.resolve({ publicKey: await readFile(boundBySha1, "utf8") }), /SHA-1 or weaker, which apt 3 rejects/],
  ];
  for (const [made, says] of cases) {
    await assert.rejects(readOpenPgpPublic((await made).publicKey), refused(says));
  }
});

test("a private key given as a public one, or no key at all, is refused unquoted", async () => {
  await assert.rejects(readOpenPgpPublic(key.secret), refused(/holds a private key/));
  await assert.rejects(readOpenPgpPublic("hello"), refused(/the text given is something else/));
  const two = await keyringArmored([key.public, (await generateOpenPgp(user, CREATED)).public]);
  await assert.rejects(readOpenPgpPublic(two), refused(/the text given is something else/));
});

test("a keyring is the certificates by fingerprint, in whatever order they were given", async () => {
  const other = (await generateOpenPgp(user, CREATED)).public;
  const bytes = await keyringBytes([key.public, other]);
  assert.deepEqual(await keyringBytes([other, key.public]), bytes);
  const sizes = await Promise.all([key.public, other].map(async (it) => (await keyringBytes([it])).length));
  assert.equal(bytes.length, (sizes[0] ?? 0) + (sizes[1] ?? 0));
  assert.match(await keyringArmored([other]), /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n[^-]+-----END/);
});

test("a printed signer shows its public half only", () => {
  assert.doesNotMatch(inspect(signer, { depth: 9, showHidden: true }), /privateParams|PRIVATE KEY|seed/);
});
