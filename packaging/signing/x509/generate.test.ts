import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { chainFault } from "./chain.ts";
import { generateX509 } from "./generate.ts";
import { openX509 } from "./identity.ts";

for (const purpose of ["apple-installer", "apple-application", "authenticode"] as const) {
  test(`a generated identity for ${purpose} opens, and its chain ends in its own test authority`, async () => {
    const { public: own, secret } = generateX509(purpose, "Courier (dev)");
    const source = {
      file: { kind: "state", secret: secret.file },
      password: { kind: "state", secret: secret.password },
    } as const;
    for (const at of [315_532_800, 1_700_000_000, 4_000_000_000]) {
      assert.deepEqual((await openX509(purpose, source, at)).public, own);
    }
    const chain = own.certificates.map((der) => new X509Certificate(Buffer.from(der, "base64")));
    assert.equal(chain.length, 2);
    assert.equal(chainFault(chain, chain.slice(1), 1_700_000_000), undefined);
    assert.match(
      `${chain.map(({ subject }) => subject)}`,
      /Courier \(dev\) test identity,.*Courier \(dev\) test authority/,
    );
    const other = purpose === "apple-installer" ? "apple-application" : "apple-installer";
    await assert.rejects(openX509(other, source, 1_700_000_000), { code: "SLW-KEY" });
  });
}

test("two identities have nothing in common", () => {
  const [a, b] = [generateX509("authenticode", "a"), generateX509("authenticode", "a")];
  assert.notEqual(a.public.fingerprint, b.public.fingerprint);
  assert.notEqual(a.secret.password, b.secret.password);
});

test("a certificate that may sign code is no Developer ID Application one without Apple's mark", async () => {
  const { secret } = generateX509("authenticode", "Courier (dev)");
  const source = {
    file: { kind: "state", secret: secret.file },
    password: { kind: "state", secret: secret.password },
  } as const;
  await assert.rejects(openX509("apple-application", source, 1_700_000_000), {
    code: "SLW-KEY",
    message:
      /lacks the extension 1\.2\.840\.113635\.100\.6\.1\.13\.\s+\[SLW-KEY\]\s+It has to be a Developer ID Application certificate/,
  });
});
