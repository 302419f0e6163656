import assert from "node:assert/strict";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readStapledTicket } from "../../packaging/formats/macos/stapled-ticket.ts";
import { namedStack, succeeded } from "../engine/stack.ts";
import { stagedProduct, stagedStacks } from "../engine/staged.ts";
import { identityVariables, referencedIdentities } from "../signing/identities.ts";
import { writeSignedProduct } from "../signing/signed-product.ts";
import { notaryStandIn } from "./stand-in.ts";

test("a release ships the package that Apple accepted: submitted once, stapled, and the same from then on", async (t) => {
  const { checkout, candidate, build, candidateKeys } = await stagedStacks(t);
  const standIn = await notaryStandIn(t);
  const { issuer, id, p8 } = standIn.key;
  const environment = { ...identityVariables, NOTARY_KEY: p8, SLIPWAY_NOTARY_URL: standIn.url };
  const keyed = namedStack(checkout, "candidate", { environment });
  await build({
    keys: { ...candidateKeys, ...(await referencedIdentities(checkout.folder)) },
    notarization: { issuer, "key-id": id, source: { env: "NOTARY_KEY" } },
  });
  const write = (version: string, level: number) => writeSignedProduct(checkout.folder, stagedProduct, version, level);
  const ticketOf = async (version: string) => {
    const name = `${stagedProduct}-${version}-macos-universal.pkg`;
    const file = await open(join(checkout.bucket, "releases", stagedProduct, version, name));
    try {
      return (await readStapledTicket(file, (await file.stat()).size)).ticket;
    } finally {
      await file.close();
    }
  };

  await write("1.0.0", 1);
  const preview = succeeded(await keyed.preview("--diff"));
  assert.match(preview.text, /Known after signing: size and digest of alpha-1\.0\.0-macos-universal\.pkg, hence/);
  assert.deepEqual(standIn.submissions, []);

  await t.test(
    "an update that Apple cuts off says so, publishes nothing that waits, and the next one resumes",
    async () => {
      standIn.trouble = (step, nth) => (step === "upload part" && nth < 20 ? { status: 500 } : undefined);
      const cut = await keyed.up("--strict");
      assert.notEqual(cut.code, 0);
      assert.match(cut.text, /SLW-NOTARY/);
      assert.doesNotMatch(cut.text, new RegExp(p8.split("\n")[1] ?? "-"));
      standIn.trouble = () => undefined;
      succeeded(await keyed.up("--strict"));
      assert.equal(standIn.submissions.length, 1);
      assert.ok((await ticketOf("1.0.0")) !== undefined);
    },
  );

  await t.test("then nothing is to do, with keys and without, and Apple is not asked", async () => {
    const asked = standIn.steps.length;
    succeeded(await keyed.preview("--expect-no-changes"));
    succeeded(await candidate.preview("--expect-no-changes"));
    assert.equal(standIn.steps.length, asked);
  });

  await t.test("what Apple finds wrong is told a line each, and the channel stays where it is", async () => {
    await write("1.1.0", 2);
    standIn.verdict = "Invalid";
    standIn.issues = [{ path: "alpha.pkg/usr/local/bin/alpha", severity: "error", message: "not signed", code: null }];
    const refused = await keyed.up("--strict");
    assert.notEqual(refused.code, 0);
    assert.match(refused.text, /alpha\.pkg\/usr\/local\/bin\/alpha.*not signed/);
    standIn.verdict = "Accepted";
    await write("1.1.1", 3);
    succeeded(await keyed.up("--strict"));
    assert.ok((await ticketOf("1.1.1")) !== undefined);
    assert.equal(standIn.submissions.length, 3);
  });
});
