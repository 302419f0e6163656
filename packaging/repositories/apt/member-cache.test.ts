import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { rememberedMembers } from "./member-cache.ts";
import { gzipMember, zstdFrame } from "./members.ts";

const pieces = ["one", "two", "three"].map((text) => Buffer.from(text.repeat(100)));

test("members are the same remembered or made, and damage is a miss", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-members-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "members", "dev.json");
  const look = async () => {
    const members = await rememberedMembers(folder, "dev");
    for (const piece of pieces) {
      assert.deepEqual(members.gz(piece), gzipMember(piece));
      assert.deepEqual(members.zst(piece), zstdFrame(piece));
    }
    await members.save();
    return readFile(file, "latin1");
  };
  const text = await look();
  assert.equal(await look(), text);
  for (const damaged of ["", "{}", text.slice(1), text.replace('"members"', '"mumbers"'), text.slice(0, -9)]) {
    await writeFile(file, damaged, "latin1");
    assert.equal(await look(), text);
  }
});

test("what is remembered is used, and what is not asked for is forgotten", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-members-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "members", "dev.json");
  const first = await rememberedMembers(folder, "dev");
  for (const piece of pieces) first.gz(piece);
  await first.save();
  const all = membersIn(await readFile(file, "latin1"));
  assert.equal(all.length, 3);
  const second = await rememberedMembers(folder, "dev");
  const [piece] = pieces;
  assert.ok(piece);
  second.gz(piece);
  await second.save();
  assert.deepEqual(membersIn(await readFile(file, "latin1")), all.slice(0, 1));
});

/** What the file says of its members: its second line. */
function membersIn(text: string): readonly string[] {
  const [, said = ""] = text.split("\n");
  const { members } = JSON.parse(said) as { readonly members: readonly (readonly [string, number])[] };
  return members.map(([key]) => key);
}
