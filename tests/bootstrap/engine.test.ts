import assert from "node:assert/strict";
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type SmallClone, smallClone } from "./small-clone.ts";

/** The bootstrap on the real engine, with the smallest programs that show what a language host must do. */
let clone: SmallClone;
before(async () => {
  clone = await smallClone();
  await mkdir(join(clone.folder, "stacks"));
});
after(() => clone.remove());

const program = `
import * as pulumi from "@pulumi/pulumi";
const settings = new pulumi.Config();
class Note extends pulumi.dynamic.Resource {
  constructor(name: string, text: string) {
    super({ create: async (inputs: object) => ({ id: "1", outs: inputs }) }, name, { text });
  }
}
console.log("printed by Node", process.versions.node.split(".")[0]);
new Note("note", settings.require("text"));
export const secret = settings.requireSecret("secret");
export const where = [pulumi.getProject(), pulumi.getStack()].join(" ");
`;

test("a program runs on the locked Node: settings, secrets, a dynamic resource, no warning; git stays clean", async () => {
  await clone.writeProgram(program);
  await clone.git("add", ".");
  await clone.git("commit", "--quiet", "--message", "all");
  assert.equal((await clone.open("pulumi", "config", "set", "text", "two words")).code, 0);
  assert.equal((await clone.open("pulumi", "config", "set", "--secret", "secret", "hush")).code, 0);

  const up = await clone.open("pulumi", "up", "--strict", "--yes");
  assert.equal(up.code, 0, up.stdout + up.stderr);
  assert.match(up.stdout, /printed by Node 2[4-9]/);
  assert.match(up.stdout, /Resources:\n {4}\+ 2 created/);
  assert.doesNotMatch(up.stdout + up.stderr, /warning|hush/);

  const outputs = await clone.open("pulumi", "stack", "output", "--json", "--show-secrets");
  assert.equal(outputs.stderr, "");
  assert.deepEqual(JSON.parse(outputs.stdout), { secret: "hush", where: "slipway dev" });
  assert.equal((await clone.git("status", "--porcelain")).stdout, "");
  assert.equal((await stat(join(clone.folder, ".slipway", "passphrase"))).mode & 0o777, 0o600);
});

test("a program that fails fails the command, with its own words", async () => {
  await clone.writeProgram('throw new Error("no such thing");\n');
  const thrown = await clone.open("preview");
  assert.notEqual(thrown.code, 0);
  assert.match(thrown.stdout + thrown.stderr, /Error: no such thing/);

  await clone.writeProgram("process.exit(3);\n");
  const left = await clone.open("preview");
  assert.notEqual(left.code, 0);
  assert.match(left.stdout + left.stderr, /Program exited with non-zero exit code: 3/);
});

test("after the state, or all of .slipway, was deleted, a preview still works", async () => {
  await clone.writeProgram("export {};\n");
  const settings = join(clone.folder, "stacks", "Pulumi.dev.yaml");
  const salt = /^encryptionsalt: .*$/m;
  const before = salt.exec(await readFile(settings, "utf8"))?.[0];
  await rm(settings);
  await rm(join(clone.folder, ".slipway", "state"), { recursive: true });
  assert.equal((await clone.open("preview")).code, 0);
  const made = salt.exec(await readFile(settings, "utf8"))?.[0];
  assert.notEqual(made, before);

  await rm(join(clone.folder, ".slipway"), { recursive: true });
  assert.equal((await clone.open("preview")).code, 0);
  assert.notEqual(salt.exec(await readFile(settings, "utf8"))?.[0], made);
});
