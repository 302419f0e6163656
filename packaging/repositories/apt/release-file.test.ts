import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { generateOpenPgp, openOpenPgp } from "../../signing/openpgp.ts";
import { allFiles, names, release, suiteOf } from "./__fixtures__/releases.ts";
import { cleartextOf, parseRelease, releaseText } from "./release-file.ts";

const content = suiteOf(names, [release("runtime", "1.0.0")]);

test("what is written is read back, whatever the serial", () => {
  const serial = fc.record({ date: fc.integer({ min: 0, max: 4_102_444_800 }), snapshot: fc.integer({ min: 1 }) });
  fc.assert(
    fc.property(serial, ({ date, snapshot }) => {
      const files = allFiles(content).map(({ path, sha256, size }) => [path, { sha256, size }]);
      assert.deepEqual(parseRelease(releaseText(content, { date, snapshot })), {
        suite: "dev",
        date,
        snapshot,
        files: Object.fromEntries(files),
      });
    }),
  );
});

test("a cleartext message gives its text back", async () => {
  const key = await generateOpenPgp({ name: "Example", email: "a@example.org" }, 1_700_000_000);
  const signer = await openOpenPgp(key.public, { kind: "state", secret: key.secret });
  for (const text of [releaseText(content, { date: 1_795_341_600, snapshot: 7 }), "-a\n- b\n\n-----BEGIN X\nc\n"]) {
    assert.equal(cleartextOf(await signer.clearsign(text, 1_795_341_600)), text);
  }
});

test("damage is no Release file", () => {
  const text = releaseText(content, { date: 1_795_341_600, snapshot: 7 });
  const damaged: readonly string[] = [
    "",
    "\u0000\u0001",
    text.slice(0, -1),
    text.replace("Suite: dev\n", ""),
    text.replace("Suite: dev\n", "Suite: dev\nSuite: dev\n"),
    text.replace("UTC", "CET"),
    text.replace("Nov 2026", "Nov 2O26"),
    text.replace("Sun,", "Mon,"),
    text.replace("Snapshot: 7", "Snapshot: -7"),
    text.replace("Snapshot: 7", "Snapshot: 9999999999999999999"),
    text.replace("SHA256:\n ", "SHA256:\n g"),
    `${text}\n${text}`,
  ];
  for (const it of damaged) {
    assert.notEqual(it, text);
    assert.equal(parseRelease(it), undefined, it);
  }
  assert.notEqual(parseRelease(text), undefined);
});

test("a frame that is not whole is no cleartext message", async () => {
  const key = await generateOpenPgp({ name: "Example", email: "a@example.org" }, 1_700_000_000);
  const signer = await openOpenPgp(key.public, { kind: "state", secret: key.secret });
  const message = await signer.clearsign("a\nb\n", 1_795_341_600);
  const damaged = [
    message.slice(1),
    message.slice(0, -1),
    `${message}\n`,
    message.replace("BEGIN PGP SIGNATURE", "x"),
    "",
  ];
  for (const it of damaged) assert.equal(cleartextOf(it), undefined, it);
});
