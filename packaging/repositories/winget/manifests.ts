import { isoSeconds } from "../../clock.ts";
import { releaseFolder } from "../../record/folder.ts";
import type { RecordedArtifact, ReleaseRecord } from "../../record/record.ts";
import type { WingetFacts } from "../../record/repository-facts.ts";
import { targets } from "../../targets.ts";
import { versionFor } from "../../version.ts";
import { objectAddress } from "../object-address.ts";
import { checkManifest, type Manifest, type ManifestType } from "./manifest-schema.ts";
import { manifestText } from "./manifest-text.ts";

/** The language of all texts of a record. */
const locale = "en-US";

/** A release in the bucket, and the manifests that are made of it. */
export interface WingetRelease {
  readonly record: ReleaseRecord;
  /** Below `releases/<product>/`. */
  readonly folder: string;
  /** Base address of the bucket, as users reach it. */
  readonly url: string;
  /** Of the manifests' form: `1.12.0`. */
  readonly manifestVersion: string;
}

/** Where winget-pkgs has the manifests of one version of a package. */
export function repositoryFolder(identifier: string, version: string): string {
  const letter = identifier.charAt(0).toLowerCase();
  return ["manifests", letter, ...identifier.split("."), version].join("/");
}

/** Where the bucket has them: the folder of `winget install --manifest`. */
export function bucketFolder(identifier: string, version: string): string {
  return `winget/${identifier}/${version}`;
}

/** The files that the manifests of one version are. */
export function manifestNames(identifier: string): readonly [version: string, installer: string, locale: string] {
  return [`${identifier}.yaml`, `${identifier}.installer.yaml`, `${identifier}.locale.${locale}.yaml`];
}

/** The text of each manifest of a release, by its file's name. Refuses (SLW-RECORD) what winget would not take. */
export function wingetManifests(release: WingetRelease, facts: WingetFacts): ReadonlyMap<string, string> {
  const { record, manifestVersion } = release;
  const PackageVersion = versionFor("winget", record.version);
  const { identifier } = facts;
  const about = { PackageIdentifier: identifier, PackageVersion };
  const ending = (ManifestType: ManifestType) => ({ ManifestType, ManifestVersion: manifestVersion });
  const [ofVersion, ofInstaller, ofLocale] = manifestNames(identifier);
  const manifests: readonly (readonly [string, Manifest])[] = [
    [ofVersion, { ...about, DefaultLocale: locale, ...ending("version") }],
    [ofInstaller, { ...about, ...installerFields(release, facts), ...ending("installer") }],
    [ofLocale, { ...about, ...localeFields(record, facts), ...ending("defaultLocale") }],
  ];
  for (const [name, manifest] of manifests) checkManifest(manifest, `${name} of ${record.product} ${record.version}`);
  return new Map(manifests.map(([name, manifest]) => [name, manifestText(manifest)]));
}

function installerFields(release: WingetRelease, facts: WingetFacts): Manifest {
  const { artifacts, epoch } = release.record;
  const msi = artifacts.filter(({ format }) => format === "msi");
  const archives = artifacts.filter(({ format, target }) => format === "zip" && isOfWindows(target));
  const ReleaseDate = isoSeconds(epoch).slice(0, "2025-08-12".length);
  if (msi.length > 0) {
    return {
      InstallerType: "msi",
      Scope: "machine",
      UpgradeBehavior: "install",
      ...(facts.commands.length > 0 && { Commands: facts.commands.slice(0, 16) }),
      ReleaseDate,
      // Windows makes a virtual machine for WSL 2.
      ...(facts.wsl === true && { Dependencies: { WindowsFeatures: ["VirtualMachinePlatform"] } }),
      Installers: msi.map((artifact) => msiInstaller(release, artifact)),
    };
  }
  return {
    InstallerType: "zip",
    NestedInstallerType: "portable",
    ReleaseDate,
    Installers: archives.map((artifact) => zipInstaller(release, artifact, facts.commands)),
  };
}

function isOfWindows(target: RecordedArtifact["target"]): boolean {
  return target !== "any" && targets[target].os === "windows";
}

function installer({ record, folder, url }: WingetRelease, { name, shipped, target }: RecordedArtifact): Manifest {
  return {
    // Its names for processors are those of Windows Installer.
    Architecture: (target === "any" ? undefined : targets[target].msi) ?? "neutral",
    InstallerUrl: objectAddress(url, `${releaseFolder(record.product, folder)}/${name}`),
    InstallerSha256: shipped.toUpperCase(),
  };
}

/** By these codes winget knows the installed product again, whoever installed it. */
function msiInstaller(release: WingetRelease, artifact: RecordedArtifact): Manifest {
  const property = (wanted: string) => artifact.control?.find(([name]) => name === wanted)?.[1];
  const { productCode: ProductCode } = artifact;
  const entry = {
    DisplayName: property("ProductName"),
    Publisher: property("Manufacturer"),
    ProductCode,
    UpgradeCode: property("UpgradeCode"),
  };
  return { ...installer(release, artifact), ProductCode, AppsAndFeaturesEntries: [entry] };
}

/** Programs of an archive, which has one folder of its own name. */
function zipInstaller(release: WingetRelease, artifact: RecordedArtifact, commands: readonly string[]): Manifest {
  const root = artifact.name.replace(/\.zip$/, "");
  const files = commands.map((command) => ({
    RelativeFilePath: `${root}\\bin\\${command}.exe`,
    PortableCommandAlias: command,
  }));
  return { ...installer(release, artifact), NestedInstallerFiles: files };
}

function localeFields(record: ReleaseRecord, facts: WingetFacts): Manifest {
  const { homepage, licence, description } = record;
  const { publisher, name, moniker, tags, shortDescription } = facts;
  const whole = description.join("\n\n");
  return {
    PackageLocale: locale,
    Publisher: publisher,
    PackageName: name,
    PackageUrl: homepage,
    License: licence,
    ShortDescription: shortDescription,
    // Longer ones are refused: what is short stands in any case.
    ...(whole.length >= 3 && whole.length <= 10_000 && { Description: whole }),
    ...(moniker !== undefined && { Moniker: moniker }),
    ...(tags.length > 0 && { Tags: tags }),
  };
}
