import assert from "node:assert/strict";
import { test } from "node:test";
import { keysToComeSentence, newKeySentences, type TrustedKeys } from "./new-keys.ts";

const keys = {
  root: { kind: "ed25519", keyid: "aa11", publicKey: "00" },
  archive: { kind: "openpgp", fingerprint: "F".repeat(40), armored: "", created: 1 },
} as const;
const none = { root: undefined, archive: [] } satisfies TrustedKeys;
const same = { root: { version: 3, keyids: ["bb22", "aa11"] }, archive: ["E".repeat(40), "F".repeat(40)] };
const others = { root: { version: 3, keyids: ["bb22"] }, archive: ["E".repeat(40)] };

test("a new bucket and known keys need no word", () => {
  assert.deepEqual(newKeySentences(none, keys, "team"), []);
  assert.deepEqual(newKeySentences(same, keys, "team"), []);
  assert.equal(keysToComeSentence(none, "team"), undefined);
});

test("keys that clients do not know are named, with what brings them back", () => {
  const [root, archive, ...more] = newKeySentences(others, keys, "team");
  assert.match(root ?? "", /^the root after 3 starts a new trust: .* aa11, .* keys\/tuf-root\.json\.$/);
  assert.match(archive ?? "", /^the archive is signed by a new key, F{40}: .* keys\/team-archive-keyring\.gpg /);
  assert.deepEqual(more, []);
  assert.match(keysToComeSentence(others, "team") ?? "", /makes new keys and starts a new trust after root 3\./);
});
