import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { assertGolden } from "../../__fixtures__/golden.ts";
import { assertRefusal, holdsRows } from "../../__fixtures__/refused.ts";
import { defaultManifestVersion } from "../../destination-settings.ts";
import { scratch } from "../../formats/__fixtures__/scratch.ts";
import type { ReleaseRecord } from "../../record/record.ts";
import { oddRecord, sampleRecord } from "../__fixtures__/records.ts";
import { checkManifest, type Manifest } from "./manifest-schema.ts";
import { manifestText } from "./manifest-text.ts";
import { bucketFolder, repositoryFolder, wingetManifests } from "./manifests.ts";

function manifestsOf(record: ReleaseRecord): ReadonlyMap<string, string> {
  assert.ok(record.winget);
  const release = {
    record,
    folder: record.version,
    url: "https://releases.example/",
    manifestVersion: defaultManifestVersion,
  };
  return wingetManifests(release, record.winget);
}

const together = (manifests: ReadonlyMap<string, string>) =>
  [...manifests].map(([name, text]) => `--- ${name}\n${text}`).join("\n");

describe("winget's manifests", () => {
  it("of the repository's own product, which has an .msi", async (t) => {
    assertGolden(import.meta.url, "runtime.txt", together(manifestsOf(await sampleRecord(await scratch(t)))));
  });

  it("of two programs in a .zip, whose texts are hostile", () => {
    assertGolden(import.meta.url, "odd.txt", together(manifestsOf(oddRecord("1.10.0"))));
  });

  it("are named for editors by type and version, in the first line", () => {
    for (const text of manifestsOf(oddRecord("1.0.0")).values()) {
      const { ManifestType: type, ManifestVersion: version } = parse(text) as Readonly<Record<string, string>>;
      const address = `https://aka.ms/winget-manifest.${type}.${version}.schema.json`;
      assert.equal(text.split("\n")[0], `# yaml-language-server: $schema=${address}`);
    }
  });

  it("lie where winget's repository, and winget install --manifest, look", () => {
    assert.equal(repositoryFolder("Odd.Things.Tool", "1.0.0"), "manifests/o/Odd/Things/Tool/1.0.0");
    assert.equal(bucketFolder("Odd.Things.Tool", "1.0.0"), "winget/Odd.Things.Tool/1.0.0");
  });

  it("refuse a pre-release, which winget would take for a later version", () => {
    assert.throws(() => manifestsOf(oddRecord("1.0.0-rc.1")), { code: "SLW-VERSION" });
  });
});

describe("the YAML of a manifest", () => {
  const word = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ minLength: 1, unit: "grapheme" }),
    fc.stringMatching(/^[0-9]{1,70}$/),
    fc.stringMatching(/^[0-9]{1,3}e[0-9]{1,3}$/),
    fc.stringMatching(/^0[xob]?[0-9a-f]{1,8}$/),
    fc.stringMatching(/^[-+]?[0-9_]{1,6}(?:[.:][0-9]{1,6}){1,3}$/),
    fc.constantFrom(
      "yes",
      "No",
      "on",
      "off",
      "null",
      "~",
      "true",
      ".inf",
      "2025-08-12",
      "1.0",
      "<<",
      "=",
      "- a",
      "a: b",
      "#",
    ),
  );

  it("reads back as the same texts, in YAML 1.1 and 1.2", () => {
    const manifest = fc.record({
      Text: word,
      List: fc.array(word, { maxLength: 3 }),
      InstallerSha256: fc.stringMatching(/^[0-9A-F]{64}$/),
    });
    fc.assert(
      fc.property(manifest, (value) => {
        const whole = { ...value, ManifestType: "version", ManifestVersion: "1.12.0" };
        const text = manifestText(whole);
        assert.deepEqual(parse(text), whole);
        assert.deepEqual(parse(text, { version: "1.1" }), whole);
        assert.match(text, /^InstallerSha256: "[0-9A-F]{64}"$/m);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps a digest of digits alone a text", () => {
    const text = manifestText({ InstallerSha256: "1".repeat(64), ManifestType: "version", ManifestVersion: "1.12.0" });
    assert.equal((parse(text) as Manifest)["InstallerSha256"], "1".repeat(64));
  });
});

describe("a manifest that winget would not take", () => {
  const about = { PackageIdentifier: "Odd.Tool", PackageVersion: "1.0.0", ManifestVersion: "1.12.0" };
  const version = { ...about, DefaultLocale: "en-US", ManifestType: "version" };
  const installer = { Architecture: "x64", InstallerUrl: "https://a.example/x.zip", InstallerSha256: "A".repeat(64) };
  const installers = {
    ...about,
    InstallerType: "zip",
    ReleaseDate: "2025-08-12",
    Installers: [installer],
    ManifestType: "installer",
  };
  const locale = {
    ...{ ...about, PackageLocale: "en-US", Publisher: "Odd", PackageName: "Tool", PackageUrl: "https://odd.example/" },
    ...{ License: "MIT", ShortDescription: "Says it.", ManifestType: "defaultLocale" },
  };
  const inInstaller = (more: Manifest) => ({ ...installers, Installers: [{ ...installer, ...more }] });

  // biome-ignore format: a table, one row for each mistake
  const rows: readonly (readonly [name: string, manifest: Manifest, says: string])[] = [
    ["a misspelt key", { ...version, DefaultLocal: "en-US" }, 'unknown key "DefaultLocal"'],
    ["a misspelt key of an installer", inInstaller({ InstalerUrl: "x" }), 'Installers[0]: unknown key "InstalerUrl"'],
    ["another type", { ...version, ManifestType: "singleton" }, "no manifest of type"],
    ["no type", about, "no manifest of type"],
    ["a type of the language", { ...version, ManifestType: "constructor" }, "no manifest of type"],
    ["an identifier of one part", { ...version, PackageIdentifier: "Tool" }, "two to eight parts"],
    ["an identifier of nine parts", { ...version, PackageIdentifier: "a.b.c.d.e.f.g.h.i" }, "two to eight parts"],
    ["an identifier with a long part", { ...version, PackageIdentifier: `a.${"b".repeat(33)}` }, "two to eight parts"],
    ["an identifier that goes up", { ...version, PackageIdentifier: "../.." }, "two to eight parts"],
    ["a version that is a path", { ...version, PackageVersion: "1/2" }, "PackageVersion: expected a version"],
    ["a number for a version", { ...version, PackageVersion: 1 }, "PackageVersion: expected a text"],
    ["a form of two numbers", { ...version, ManifestVersion: "1.12" }, "expected the version of a manifest"],
    ["no installer", { ...installers, Installers: [] }, "Installers: expected at least 1"],
    ["a digest that is none", inInstaller({ InstallerSha256: "A".repeat(63) }), "expected a SHA-256"],
    ["a digest that YAML took for a number", inInstaller({ InstallerSha256: 1e63 }), "expected a text, found a number"],
    ["an address that is a path", inInstaller({ InstallerUrl: "releases/x.zip" }), "expected an address"],
    ["a processor of another name", inInstaller({ Architecture: "x86_64" }), "Architecture: expected one of x86, x64"],
    ["a nested path that goes up", inInstaller({ NestedInstallerFiles: [{ RelativeFilePath: "..\\a.exe", PortableCommandAlias: "a" }] }), "expected no .."],
    ["an installer of another kind", { ...installers, InstallerType: "deb" }, "InstallerType: expected one of msi, zip"],
    ["a date in words", { ...installers, ReleaseDate: "today" }, "ReleaseDate: expected a date"],
    ["a publisher of one letter", { ...locale, Publisher: "O" }, "Publisher: expected at least 2 characters"],
    ["a short licence", { ...locale, License: "X" }, "License: expected at least 3 characters"],
    ["a long description", { ...locale, ShortDescription: "x".repeat(257) }, "ShortDescription: expected at most 256"],
    ["seventeen tags", { ...locale, Tags: Array.from({ length: 17 }, (_, at) => `t${at}`) }, "Tags: expected at most 16 items"],
    ["a tag twice", { ...locale, Tags: ["a", "a"] }, "expected each tag once"],
  ];
  for (const [name, manifest, says] of rows)
    it(`is refused: ${name}`, () => {
      assert.throws(
        () => checkManifest(manifest, "Odd.Tool.yaml of odd 1.0.0"),
        (error) => assertRefusal(error, "SLW-RECORD", says) !== undefined,
      );
    });
  it("and what these rows start from, it takes", () => {
    for (const manifest of [version, installers, locale]) checkManifest(manifest, "a manifest");
  });

  holdsRows("winget manifests", 25, rows);
});
