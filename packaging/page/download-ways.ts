import type { RecordedArtifact } from "../record/record.ts";
import { objectAddress } from "../repositories/object-address.ts";
import { powerShellWord, shellWord } from "./command-lines.ts";
import type { Installable } from "./install-ways.ts";
import type { InstallWay, Step } from "./model.ts";
import { machineName, systemOf } from "./words.ts";

type Artifact = RecordedArtifact;

/** Installers of macOS and Windows: a file that is downloaded, compared and run. */
export function installerWays(of: Installable): readonly InstallWay[] {
  return of.record.artifacts.flatMap((artifact) => {
    const word = shellWord(artifact.name);
    if (artifact.format === "pkg") {
      return [way(of, artifact, "Installer (.pkg)", [`sudo installer -pkg ${word} -target /`])];
    }
    if (artifact.format === "msi") {
      const label =
        artifact.rollback === true ? "Installer (.msi) that also replaces newer versions" : "Installer (.msi)";
      return [way(of, artifact, label, [`msiexec /i ${powerShellWord(artifact.name)}`])];
    }
    return [];
  });
}

/** Archives: unpacked where a person wants them. */
export function archiveWays(of: Installable): readonly InstallWay[] {
  return of.record.artifacts.flatMap((artifact) => {
    const { name, format } = artifact;
    const label = `Archive for ${machineName(artifact.target)} (.${format})`;
    if (format === "tar.gz" || format === "tar.zst") return [way(of, artifact, label, [`tar -xf ${shellWord(name)}`])];
    return format === "zip" ? [way(of, artifact, label, [`tar -xf ${powerShellWord(name)}`])] : [];
  });
}

function way(of: Installable, artifact: Artifact, label: string, run: readonly string[]): InstallWay {
  const system = systemOf(artifact.target);
  const steps = [
    { says: "Download it:", lines: [downloadLine(of, artifact)] },
    comparison(artifact),
    { says: /^(?:tar\.|zip)/.test(artifact.format) ? "Unpack it:" : "Install it:", lines: run },
  ];
  return { system, label, steps };
}

function downloadLine({ url, folder }: Installable, artifact: Artifact): string {
  const address = objectAddress(url, `${folder}/${artifact.name}`);
  if (systemOf(artifact.target) !== "windows") return `curl -fLO ${shellWord(address)}`;
  return `curl.exe -fL -o ${powerShellWord(artifact.name)} ${powerShellWord(address)}`;
}

/** The digest of the file against the one on this page; its signature is checked by the lines for verifying. */
function comparison(artifact: Artifact): Step {
  const { name, shipped } = artifact;
  switch (systemOf(artifact.target)) {
    case "linux":
      return { says: "Compare its digest; it says OK:", lines: [`echo "${shipped}  ${name}" | sha256sum --check`] };
    case "macos":
      return { says: "Compare its digest; it says OK:", lines: [`echo "${shipped}  ${name}" | shasum -a 256 --check`] };
    case "windows":
      return {
        says: "Compare its digest; it says True:",
        lines: [`(Get-FileHash ${powerShellWord(name)}).Hash -eq '${shipped}'`],
      };
  }
}
