import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { jsonSchemaFile, manifestJsonSchema } from "./json-schema.ts";
import { sample } from "./slips.ts";

test("the committed JSON Schema is the one that the code makes", async () => {
  assert.equal(
    await readFile(jsonSchemaFile, "utf8"),
    manifestJsonSchema(),
    "run: node packaging/manifest/json-schema.ts",
  );
});

test("the JSON Schema by itself accepts the sample and finds slips in it", () => {
  const schema = z.fromJSONSchema(JSON.parse(manifestJsonSchema()));
  const manifest: unknown = parse(sample);
  assert.deepEqual(schema.safeParse(manifest).error?.issues, undefined);
  for (const [was, becomes, field] of [
    ["schema: 1", "schema: 2", "schema"],
    ["version: 1.4.0\nepoch", "version: v1.4.0\nepoch", "version"],
    ["  linux-x86_64:", "  linux-amd64:", "targets"],
    ['mode: "0640"', "mode: 0640", "files"],
    ["user: _lamp", "usr: _lamp", "services"],
    ["https://lamp", "http://lamp", "homepage"],
    ["summary: keeps a light on\n", "", "summary"],
  ] as const) {
    const slip: unknown = parse(sample.replace(was, becomes));
    assert.deepEqual([...new Set(schema.safeParse(slip).error?.issues.map(({ path }) => path[0]))], [field]);
  }
});

test("every key is written in lower case with dashes, and every pattern is one that editors can compile", () => {
  const keys: string[] = [];
  const patterns: string[] = [];
  JSON.parse(manifestJsonSchema(), function (this: Record<string, unknown>, key, value: unknown) {
    if (key === "properties" && typeof value === "object" && value !== null) keys.push(...Object.keys(value));
    if (key === "pattern" && typeof value === "string") patterns.push(value);
    return value;
  });
  assert.ok(keys.length > 50 && patterns.length > 20);
  const targets = ["linux-x86_64", "windows-x86_64", "x86_64"];
  for (const key of keys) assert.match(key, targets.includes(key) ? /./ : /^[a-z]+[0-9]*(-[a-z0-9]+)*$/);
  for (const pattern of patterns) for (const flags of ["", "u"]) assert.doesNotThrow(() => new RegExp(pattern, flags));
});
