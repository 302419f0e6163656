import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { SlipwayError } from "../errors.ts";
import { resolveKeyBytes, resolveKeySource } from "./key-source.ts";
import type { KeySource } from "./signer.ts";

const SECRET = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";
const variable = "SLIPWAY_TEST_KEY_SOURCE";
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-key-"));
});
after(() => rm(folder, { recursive: true, force: true }));

async function keyFile(name: string, content: string, mode: number): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  await chmod(file, mode);
  return file;
}

test("each source gives its text and the words that name it", async () => {
  process.env[variable] = SECRET;
  const path = await keyFile("good", SECRET, 0o600);
  const sources: readonly (readonly [KeySource, string])[] = [
    [{ kind: "state", secret: SECRET }, "the stack's encrypted state"],
    [{ kind: "env", name: variable }, `the environment variable ${variable}`],
    [{ kind: "file", path }, `the file ${path}`],
  ];
  for (const [source, where] of sources) {
    assert.deepEqual(await resolveKeySource(source), { text: SECRET, where });
  }
  delete process.env[variable];
});

const refused: readonly {
  readonly name: string;
  readonly source: () => Promise<KeySource>;
  readonly says: RegExp;
}[] = [
  {
    name: "a variable that is not set",
    source: async () => ({ kind: "env", name: "SLIPWAY_TEST_NOT_SET" }),
    says: /environment variable SLIPWAY_TEST_NOT_SET, but it is not set/,
  },
  {
    name: "a key pasted in place of the variable's name",
    source: async () => ({ kind: "env", name: SECRET }),
    says: /is no variable name/,
  },
  {
    name: "a key pasted in place of the file's path",
    source: async () => ({ kind: "file", path: `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----\n` }),
    says: /is no path/,
  },
  {
    name: "a file that is not there",
    source: async () => ({ kind: "file", path: join(folder, "absent") }),
    says: /absent, but there is no such file/,
  },
  {
    name: "a folder",
    source: async () => ({ kind: "file", path: folder }),
    says: /there is no such file to read/,
  },
  {
    name: "a file that holds nothing",
    source: async () => ({ kind: "file", path: await keyFile("empty", "\n", 0o600) }),
    says: /empty, but it is empty/,
  },
  {
    name: "a file too large to be a key",
    source: async () => ({ kind: "file", path: await keyFile("large", SECRET.repeat(2000), 0o600) }),
    says: /large has \d+ bytes; a private key has at most 65536/,
  },
];
for (const { name, source, says } of refused) {
  test(`refused, without a word of its content: ${name}`, async () => {
    await assert.rejects(resolveKeySource(await source()), (error) => {
      assert.ok(error instanceof SlipwayError);
      assert.equal(error.code, "SLW-KEY");
      assert.match(error.message, says);
      assert.ok(!error.message.includes(SECRET), "the key itself is in the message");
      return true;
    });
  });
}

test("a file open to others is refused by its mode", { skip: process.platform === "win32" }, async () => {
  for (const mode of [0o644, 0o640, 0o604]) {
    const path = await keyFile(`open-${mode.toString(8)}`, SECRET, mode);
    await assert.rejects(resolveKeySource({ kind: "file", path }), (error) => {
      assert.ok(error instanceof SlipwayError);
      assert.match(error.message, new RegExp(`mode 0${mode.toString(8)}`));
      assert.ok(!error.message.includes(SECRET));
      return true;
    });
  }
});

test("a binary file is read as it is, and is base64 in a variable or the state", async () => {
  const path = await keyFile("binary", "", 0o600);
  const bytes = Buffer.from([0, 0xff, 0x30, 0x82]);
  await writeFile(path, bytes);
  assert.deepEqual(await resolveKeyBytes({ kind: "file", path }), { bytes, where: `the file ${path}` });
  const secret = `${bytes.toString("base64").slice(0, 3)}\n${bytes.toString("base64").slice(3)}\n`;
  assert.deepEqual((await resolveKeyBytes({ kind: "state", secret })).bytes, bytes);
  assert.equal((await resolveKeyBytes({ kind: "state", secret: "no base64!" })).bytes.length, 0);
});
