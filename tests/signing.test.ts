import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { assertGolden } from "../packaging/__fixtures__/golden.ts";
import { fixture } from "../packaging/signing/x509/__fixtures__/identities.ts";
import { changesBetween, digestsOf, filesBelow } from "./engine/bucket-files.ts";
import { namedStack, succeeded } from "./engine/stack.ts";
import { stagedProduct, stagedStacks } from "./engine/staged.ts";
import { identityVariables, referencedIdentities } from "./signing/identities.ts";
import { writeSignedProduct } from "./signing/signed-product.ts";
import { unknownLines } from "./signing/unknown-lines.ts";
import { machineTool } from "./tools.ts";

const run = promisify(execFile);
const osslsigncode = machineTool("osslsigncode", "osslsigncode");

test("a candidate signs what it ships; a preview without keys is exact in content and says what waits", async (t) => {
  const { checkout, candidate, build, candidateKeys } = await stagedStacks(t);
  const keyed = namedStack(checkout, "candidate", { environment: identityVariables });
  await build({ keys: { ...candidateKeys, ...(await referencedIdentities(checkout.folder)) } });
  const write = (version: string, level: number) => writeSignedProduct(checkout.folder, stagedProduct, version, level);
  const bucket = () => filesBelow(checkout.bucket);

  await write("1.0.0", 1);
  await t.test("an update without keys is refused by name, and publishes nothing", async () => {
    const before = await bucket();
    const refused = await candidate.up();
    assert.notEqual(refused.code, 0);
    assert.match(refused.text, /expected in the environment variable (?:INSTALLER|AUTHENTICODE)_P12/);
    assert.deepEqual(changesBetween(before, await bucket()), []);
  });

  await t.test("the plan of a preview without keys holds the update with them", async () => {
    const plan = join(checkout.scratch, "plan.json");
    const preview = succeeded(await candidate.preview("--diff", `--save-plan=${plan}`));
    assert.match(preview.text, /Known after signing: size and digest of alpha-1\.0\.0-macos-universal\.pkg, alpha-1/);
    succeeded(await keyed.up(`--plan=${plan}`));
  });

  await t.test("osslsigncode verifies the .msi and the program in it; a flipped byte is no match", async () => {
    const folder = join(checkout.bucket, "releases", stagedProduct, "1.0.0");
    const msi = join(folder, "alpha-1.0.0-windows-x86_64.msi");
    const verify = (file: string) =>
      run(`${osslsigncode}`, ["verify", "-CAfile", fixture("root.pem"), "-in", file]).then(
        ({ stdout }) => stdout,
        (error: { stdout: string }) => error.stdout,
      );
    assert.match(await verify(msi), /Signature verification: ok/);
    const bytes = await readFile(msi);
    bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000);
    const flipped = join(checkout.scratch, "flipped.msi");
    await writeFile(flipped, bytes);
    assert.match(await verify(flipped), /MISMATCH|Signature verification: failed/);
  });

  await t.test("without keys and without a cache, nothing is to do: what is published is taken as it is", async () => {
    await rm(join(checkout.folder, ".slipway", "cache"), { recursive: true });
    succeeded(await candidate.preview("--expect-no-changes"));
    succeeded(await keyed.preview("--expect-no-changes"));
  });

  await t.test("each line that a preview without keys does not know", async () => {
    await write("1.1.0", 2);
    // In this order: what was signed here once is in the cache, and no key is asked for again.
    const waiting = await unknownLines(candidate);
    const known = new Set(await unknownLines(keyed));
    assertGolden(
      import.meta.url,
      "known-after-signing.txt",
      `${waiting
        .filter((line) => !known.has(line))
        .sort()
        .join("\n")}\n`,
    );
  });

  await t.test("the same inputs and identities give the same signed bytes in another place", async () => {
    succeeded(await keyed.up("--skip-preview"));
    const first = await releaseFiles(checkout.bucket, "1.1.0");
    const again = await stagedStacks(t);
    await again.build({ keys: { ...again.candidateKeys, ...(await referencedIdentities(again.checkout.folder)) } });
    await writeSignedProduct(again.checkout.folder, stagedProduct, "1.1.0", 2);
    const environment = { ...identityVariables, TZ: "Asia/Tokyo", LANG: "tr_TR.UTF-8" };
    succeeded(await namedStack(again.checkout, "candidate", { environment }).up("--skip-preview"));
    assert.deepEqual(await releaseFiles(again.checkout.bucket, "1.1.0"), first);
  });
});

/** What a release says and ships, without what its first writer noted and its archive's key signed. */
async function releaseFiles(bucket: string, version: string): Promise<Readonly<Record<string, string>>> {
  const digests = digestsOf(await filesBelow(join(bucket, "releases", stagedProduct, version)));
  return Object.fromEntries(Object.entries(digests).filter(([path]) => !/\.(?:sig|asc)\b|metadata\.json/.test(path)));
}
