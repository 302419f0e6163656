import { componentName, installedKilobytes, type PkgJob } from "./pkg-options.ts";
import { type XmlPart, xmlDocument } from "./xml-text.ts";

/** Every Mac is one of these. Without arm64 in the list, a Mac with Apple silicon asks to install Rosetta. */
const hostArchitectures = "arm64,x86_64";

/**
 * The text of `Distribution`: what the installer asks and checks before it unpacks the one component. Nothing is asked: one
 * choice, for the whole system, on the volume that it runs from. (Apple's Distribution Definition reference; productbuild(1).)
 */
export function distributionText(job: PkgJob): string {
  const { identifier, version, title, minimumSystem } = job.format;
  const content: readonly XmlPart[] = [
    { name: "title", content: title },
    {
      name: "options",
      attributes: { customize: "never", "require-scripts": "false", rootVolumeOnly: "true", hostArchitectures },
    },
    {
      name: "domains",
      attributes: { enable_anywhere: "false", enable_currentUserHome: "false", enable_localSystem: "true" },
    },
    {
      name: "volume-check",
      attributes: { script: "false" },
      content: [{ name: "allowed-os-versions", content: [{ name: "os-version", attributes: { min: minimumSystem } }] }],
    },
    {
      name: "choices-outline",
      content: [
        {
          name: "line",
          attributes: { choice: "default" },
          content: [{ name: "line", attributes: { choice: identifier } }],
        },
      ],
    },
    { name: "choice", attributes: { id: "default" } },
    {
      name: "choice",
      attributes: { id: identifier, visible: "false" },
      content: [{ name: "pkg-ref", attributes: { id: identifier } }],
    },
    {
      name: "pkg-ref",
      attributes: {
        id: identifier,
        version,
        installKBytes: installedKilobytes(job),
        auth: "root",
        onConclusion: "none",
      },
      content: `#${componentName(job)}`,
    },
    { name: "product", attributes: { id: identifier, version } },
  ];
  return xmlDocument({ name: "installer-gui-script", attributes: { minSpecVersion: 2 }, content });
}
