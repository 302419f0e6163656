import { installedKilobytes, type PkgJob } from "./pkg-options.ts";
import { type XmlPart, xmlDocument } from "./xml-text.ts";

/**
 * The text of a component's `PackageInfo`: where its payload goes, as whom, and which scripts run (pkgbuild(1) writes the
 * same, but for one attribute). The payload is laid out from the root of the volume, and never moved to where somebody put an older one.
 */
export function packageInfoText(job: PkgJob): string {
  const { identifier, version, scripts } = job.format;
  const attributes = {
    "format-version": 2,
    identifier,
    version,
    "install-location": "/",
    auth: "root",
    // With true the installer would hand every folder of the payload that is there already to root, such as /usr/local/bin,
    // which is its user's where Homebrew is on an Intel Mac. What the package makes anew is root's either way.
    "overwrite-permissions": "false",
    relocatable: "false",
    "postinstall-action": "none",
  };
  // The payload's root is an entry, too.
  const payload = { numberOfFiles: job.tree.entries.length + 1, installKBytes: installedKilobytes(job) };
  const content: readonly XmlPart[] = [
    { name: "payload", attributes: payload },
    { name: "bundle-version" },
    ...scriptParts(scripts),
  ];
  return xmlDocument({ name: "pkg-info", attributes, content });
}

function scriptParts(scripts: PkgJob["format"]["scripts"]): readonly XmlPart[] {
  const names = (["preinstall", "postinstall"] as const).filter((name) => scripts[name] !== undefined);
  if (names.length === 0) return [];
  return [{ name: "scripts", content: names.map((name) => ({ name, attributes: { file: `./${name}` } })) }];
}
