import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { assertGolden } from "../__fixtures__/golden.ts";
import { canonicalJson } from "../canonical-json.ts";
import { sha256 } from "../digest.ts";
import { archiveJob, built, builtRelease, control, debJob, facts } from "./__fixtures__/release.ts";
import { buildRecord, parseRecord, type ReleaseFacts, recordText } from "./record.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("a release record", () => {
  it("is one text for one release", () => {
    const { text, sha256: digest } = builtRelease();
    assertGolden(import.meta.url, "release.json", text);
    assert.equal(digest, sha256(text));
  });

  it("is the same whatever the order in which artifacts, services and features came", () => {
    const { jit, "wasm-cache": cache } = facts.features as { jit: boolean; "wasm-cache": boolean };
    const turned: ReleaseFacts = {
      ...facts,
      services: [...facts.services].reverse(),
      features: { jit, "wasm-cache": cache },
    };
    const record = buildRecord(turned, [
      { job: archiveJob, built: built(archiveJob), recipe: sha256("recipe of the archive") },
      { job: debJob, built: built(debJob), recipe: sha256("recipe of the deb"), control },
    ]);
    assert.equal(record.text, builtRelease().text);
  });

  it("names each inventory by the digest of its text", () => {
    const { record, inventories } = builtRelease();
    assert.equal(inventories.size, 2);
    for (const { inventory } of record.artifacts) {
      const text = inventories.get(inventory.path) ?? "";
      assert.deepEqual([inventory.sha256, inventory.size], [sha256(text), Buffer.byteLength(text)]);
    }
  });

  it("takes over no other property of what it is made from", () => {
    const product = { ...facts, targets: ["secret"], maintainer: { ...facts.maintainer, phone: "secret" } };
    const { text } = buildRecord(product, [
      { job: debJob, built: built(debJob, "/somewhere/secret"), recipe: sha256(""), control },
    ]);
    assert.ok(!text.includes("secret"));
  });

  it("is read back as what it was", () => {
    const { record, text } = builtRelease();
    assert.deepEqual(parseRecord(utf8(text), "release.json"), record);
    assert.equal(recordText(record), text);
  });

  it("cannot be made from facts that could not be read again", () => {
    const artifact = { job: archiveJob, built: built(archiveJob), recipe: sha256("") };
    assert.throws(() => buildRecord({ ...facts, summary: "two\nlines" }, [artifact]), {
      code: "SLW-RECORD",
      message: /^the release record of runtime 1\.0\.0 is not a valid release record: summary: expected one line of/,
    });
    assert.throws(() => buildRecord(facts, []), { code: "SLW-RECORD" });
    assert.throws(() => buildRecord(facts, [artifact, artifact]), /sorted by name, or one is there twice/);
  });

  it("states a budget where the product has one, and is the same as ever where it has none", () => {
    const artifact = { job: archiveJob, built: built(archiveJob), recipe: sha256("") };
    const { record, text } = buildRecord({ ...facts, budget: { growth: 5 } }, [artifact]);
    assert.deepEqual(record.budget, { growth: 5 });
    assert.deepEqual(parseRecord(utf8(text), "release.json"), record);
    assert.equal(text.replace('  "budget": {\n    "growth": 5\n  },\n', ""), buildRecord(facts, [artifact]).text);
  });

  it("survives being written and read, whatever the facts", () => {
    // Not every line of people's text is in ASCII.
    const line = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
      .filter((text) => /^(?!\s)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+(?<!\s)$/u.test(text));
    const feature = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8})?$/);
    const arbitrary = fc.record({
      version: fc.tuple(fc.nat(), fc.nat(), fc.nat()).map((numbers) => numbers.join(".")),
      epoch: fc.nat(),
      summary: line,
      description: fc.array(line, { maxLength: 4 }),
      features: fc.dictionary(feature, fc.boolean(), { maxKeys: 5 }),
      name: line,
    });
    fc.assert(
      fc.property(arbitrary, ({ name, ...some }) => {
        const artifact = { job: debJob, built: built(debJob), recipe: sha256(""), control };
        const maintainer = { name, email: "a@b.example" };
        const { record, text } = buildRecord({ ...facts, ...some, maintainer }, [artifact]);
        const read = parseRecord(utf8(text), "release.json");
        assert.equal(canonicalJson(read), text);
        assert.deepEqual({ ...read, features: { ...read.features } }, { ...record, features: { ...record.features } });
      }),
    );
  });

  it("is never read as something else when one byte of it changed", () => {
    const { text } = builtRelease();
    const bytes = utf8(text);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        try {
          // What is accepted must be a record in its own right: the one text of what was read.
          assert.deepEqual(utf8(recordText(parseRecord(changed, "release.json"))), changed);
        } catch (error) {
          if (!(error instanceof Error && /\[SLW-(RECORD|STATE-NEWER)\]$/.test(error.message))) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
