import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { readPrivateKey } from "openpgp";
import { generateEd25519 } from "../../packaging/signing/ed25519.ts";
import { generateOpenPgp } from "../../packaging/signing/openpgp.ts";
import { type PrivateKey, privateKey } from "./encodings.ts";
import { SecretScan } from "./scan.ts";

const ed25519 = await privateKey("ed25519", generateEd25519().secret);
const user = { name: "Planted", email: "planted@slipway.example" };
const openPgp = await privateKey("openpgp", (await generateOpenPgp(user, 1_755_042_493)).secret);

const der = Buffer.from(ed25519.text, "base64url");
const pkcs8 = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
const packets = Buffer.from((await readPrivateKey({ armoredKey: openPgp.text })).write());
const spaced = (bytes: Buffer, by: string) => bytes.toString("hex").replaceAll(/(..)(?!$)/g, `$1${by}`);

/** Each way in which a key could get out, made with other means than the scan has. */
const leaks: readonly (readonly [what: string, key: PrivateKey, bytes: Buffer | string])[] = [
  ["PEM", ed25519, pkcs8.export({ format: "pem", type: "pkcs8" })],
  ["PEM inside JSON", ed25519, JSON.stringify({ pem: pkcs8.export({ format: "pem", type: "pkcs8" }) })],
  ["DER", ed25519, der],
  ["DER in hex", ed25519, der.toString("hex")],
  ["DER in base64", ed25519, der.toString("base64")],
  ["as the state keeps it", ed25519, `{"secret":"${ed25519.text}"}`],
  ["the state's text in base64", ed25519, Buffer.from(`xy${ed25519.text}z`).toString("base64")],
  ["JWK", ed25519, JSON.stringify(pkcs8.export({ format: "jwk" }))],
  ["raw seed", ed25519, Buffer.concat([Buffer.from("before"), ed25519.seed, Buffer.from("after")])],
  ["seed in capital hex", ed25519, ed25519.seed.toString("hex").toUpperCase()],
  ["seed as openssl prints it", ed25519, spaced(ed25519.seed, ":").replaceAll(/(.{45})/g, "$1\n    ")],
  ["a printed Buffer", ed25519, `<Buffer ${spaced(ed25519.seed, " ")}>`],
  ["a Buffer in JSON", ed25519, JSON.stringify(ed25519.seed)],
  ["a printed Uint8Array", ed25519, `Uint8Array(32) [\n  ${[...ed25519.seed].join(", ")}\n]`],
  ["armour", openPgp, openPgp.text],
  ["armour inside JSON", openPgp, JSON.stringify({ secret: openPgp.text })],
  ["armour in base64", openPgp, Buffer.from(openPgp.text).toString("base64")],
  ["armour in hex", openPgp, Buffer.from(openPgp.text).toString("hex")],
  ["binary packets", openPgp, packets],
  ["packets in hex", openPgp, packets.toString("hex")],
  ["packets in base64url", openPgp, packets.toString("base64url")],
  ["binary packets in gzip", openPgp, gzipSync(packets)],
  ["PEM in zstd", ed25519, zstdCompressSync(Buffer.from(pkcs8.export({ format: "pem", type: "pkcs8" })))],
  ["an ar member of gzip", openPgp, arWith("data.tar.gz", gzipSync(packets))],
];

for (const [what, key, bytes] of leaks) {
  test(`found: ${what}`, async () => {
    const found = await new SecretScan([ed25519, openPgp]).bytes("planted", Buffer.from(bytes));
    assert.notDeepEqual(found, []);
    assert.ok(
      found.every((line) => line.startsWith("planted") && line.includes(`: ${key.name}, `)),
      found.join("\n"),
    );
  });
}

test("public halves and signatures are no secrets", async () => {
  const { publicKey } = await import("node:crypto").then(({ createPublicKey }) => ({
    publicKey: createPublicKey(pkcs8),
  }));
  const certificate = (await readPrivateKey({ armoredKey: openPgp.text })).toPublic();
  const scan = new SecretScan([ed25519, openPgp]);
  const texts = [publicKey.export({ format: "pem", type: "spki" }), certificate.armor()];
  const binary = [publicKey.export({ format: "der", type: "spki" }), Buffer.from(certificate.write())];
  for (const bytes of [...texts, ...binary]) assert.deepEqual(await scan.bytes("public", Buffer.from(bytes)), []);
  assert.ok(scan.searched > 500);
});

/** An ar archive of one member, as `ar rc` writes it. */
function arWith(name: string, content: Buffer): Buffer {
  const header = `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(content.length).padEnd(10)}\`\n`;
  const padding = content.length % 2 === 1 ? "\n" : "";
  return Buffer.concat([Buffer.from(`!<arch>\n${header}`), content, Buffer.from(padding)]);
}
