import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { defaultManifestVersion } from "../../packaging/destination-settings.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { oddRecord, sampleRecord } from "../../packaging/repositories/__fixtures__/records.ts";
import { wingetManifests } from "../../packaging/repositories/winget/manifests.ts";
import { runIn } from "../engine/command.ts";
import { checkJsonSchema } from "../tools.ts";

/** Of each file, the schema that its type has. */
const types = { ".installer.yaml": "installer", ".locale.en-US.yaml": "defaultLocale", ".yaml": "version" } as const;

function schemaOf(name: string): string {
  const [, type] = Object.entries(types).find(([ending]) => name.endsWith(ending)) ?? [];
  return join(import.meta.dirname, "schemas", `manifest.${type}.${defaultManifestVersion}.json`);
}

test("winget's own schemas take the manifests, and find a digest that lost its quotes", async (t) => {
  const folder = await scratch(t);
  const check = (name: string) =>
    runIn({ folder }, checkJsonSchema(), ["--no-cache", "--schemafile", schemaOf(name), name]);
  for (const record of [await sampleRecord(folder), oddRecord("1.10.0")]) {
    assert.ok(record.winget);
    const release = { record, folder: record.version, url: "https://releases.example" };
    const manifests = wingetManifests({ ...release, manifestVersion: defaultManifestVersion }, record.winget);
    assert.equal(manifests.size, 3);
    for (const [name, text] of manifests) {
      await writeFile(join(folder, name), text);
      const { code, text: said } = await check(name);
      assert.equal(code, 0, said);
    }
    const name = `${record.winget.identifier}.installer.yaml`;
    const text = manifests.get(name) ?? "";
    const digits = text.replace(/InstallerSha256: "[0-9A-F]+"/, `InstallerSha256: ${"1".repeat(64)}`);
    await writeFile(join(folder, name), digits);
    const { code, text: said } = await check(name);
    assert.notEqual(code, 0, said);
    assert.match(said, /is not of type 'string'/);
  }
});
