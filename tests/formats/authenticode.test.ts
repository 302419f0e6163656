import assert from "node:assert/strict";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { collect, contentOf } from "../../packaging/containers/member-content.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { writeCfb } from "../../packaging/formats/windows/cfb/cfb.ts";
import { unsignedMsi } from "../../packaging/formats/windows/installer/__fixtures__/msi.ts";
import { writeSignedMsi } from "../../packaging/formats/windows/installer/sign-msi.ts";
import { unsignedProgram } from "../../packaging/formats/windows/program/__fixtures__/program.ts";
import { writeSignedPe } from "../../packaging/formats/windows/program/sign-pe.ts";
import { run } from "../../packaging/process.ts";
import { fixture, signedAt, testSigner } from "../../packaging/signing/x509/__fixtures__/identities.ts";
import { timestampToken } from "../../packaging/signing/x509/__fixtures__/timestamp.ts";
import { machineTool } from "../tools.ts";

const osslsigncode = machineTool("osslsigncode", "osslsigncode");
const msiinfo = machineTool("msiinfo", "msitools");
const purpose = ["-CAfile", fixture("root.pem"), "-TSA-CAfile", fixture("root.pem")];

type Write = typeof writeSignedMsi | typeof writeSignedPe;

async function signed(context: TestContext, write: Write, unsigned: Uint8Array, stamped = false): Promise<Buffer> {
  const name = join(await scratch(context), "unsigned");
  await writeFile(name, unsigned);
  const file = await open(name);
  context.after(() => file.close());
  const signing = { signer: await testSigner("authenticode"), signedAt, description: "Courier" };
  let signature: Uint8Array = Buffer.alloc(0);
  const once = (timestamp?: Uint8Array) =>
    collect(
      write(file, unsigned.length, { ...signing, ...(timestamp && { timestamp }) }, (made) => {
        signature = made;
      }),
    );
  const bytes = await once();
  return stamped ? once(timestampToken(signature, signedAt + 60)) : bytes;
}

async function verify(context: TestContext, bytes: Uint8Array) {
  const file = join(await scratch(context), "signed");
  await writeFile(file, bytes);
  return run({ file: osslsigncode, args: ["verify", ...purpose, "-in", file], accept: [0, 1, 255] });
}

/** A file whose streams have names of which one begins with the other: their order in the digest is seen by no other. */
async function prefixes(): Promise<Buffer> {
  const streams = ["ab", "abc", "a"].map((name) => ({
    name,
    size: 5,
    content: contentOf(Buffer.from(`${name}.....`.slice(0, 5))),
  }));
  return collect(writeCfb(streams, Buffer.from("84100c0000000000c000000000000046", "hex")));
}

const files: readonly {
  readonly name: string;
  readonly write: Write;
  readonly unsigned: (spool: string) => Promise<Buffer>;
  /** A place in the content that is signed. */
  readonly place: Buffer;
}[] = [
  { name: "an installer", write: writeSignedMsi, unsigned: unsignedMsi, place: Buffer.from("ProductCode") },
  { name: "streams whose names begin alike", write: writeSignedMsi, unsigned: prefixes, place: Buffer.from("abc..") },
  {
    name: "a program",
    write: writeSignedPe,
    unsigned: async () => unsignedProgram(),
    place: Buffer.from("VS_", "utf16le"),
  },
];
for (const { name, write, unsigned, place } of files) {
  test(`osslsigncode verifies ${name}, with a timestamp and without, and sees a flipped byte`, async (context) => {
    const plain = await unsigned(join(await scratch(context), "spool"));
    for (const stamped of [false, true]) {
      const bytes = await signed(context, write, plain, stamped);
      const { exitCode, stdout } = await verify(context, bytes);
      assert.match(stdout, /Signature verification: ok/, stdout);
      assert.equal(exitCode, 0, stdout);
      assert.equal(/Timestamp Server Signature verification: ok/.test(stdout), stamped, stdout);
      const at = bytes.indexOf(place);
      assert.ok(at > 0);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      assert.match((await verify(context, bytes)).stdout, /MISMATCH/);
    }
  });
}

test("msitools reads a signed installer", async (context) => {
  const folder = await scratch(context);
  const file = join(folder, "signed.msi");
  await writeFile(file, await signed(context, writeSignedMsi, await unsignedMsi(join(folder, "spool"))));
  const { stdout } = await run({ file: msiinfo, args: ["streams", file] });
  assert.match(stdout, /DigitalSignature/);
  assert.match((await run({ file: msiinfo, args: ["export", file, "Property"] })).stdout, /ProductCode/);
});
