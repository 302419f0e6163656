import { objectAddress } from "../repositories/object-address.ts";
import { bucketFolder, manifestNames } from "../repositories/winget/manifests.ts";
import { versionProblem } from "../version.ts";
import { powerShellWord } from "./command-lines.ts";
import type { Installable } from "./install-ways.ts";
import type { InstallWay } from "./model.ts";

/** winget from the manifests in the bucket: they are there with the release, whatever people decide about winget's own list. */
export function wingetWays({ record: { version, winget: facts }, url, winget }: Installable): readonly InstallWay[] {
  if (facts === undefined || winget === undefined || versionProblem("winget", version) !== undefined) return [];
  const folder = bucketFolder(facts.identifier, version);
  const fetched = manifestNames(facts.identifier).map((name) => {
    const address = powerShellWord(objectAddress(url, `${folder}/${name}`));
    return `curl.exe -fL --create-dirs -o ${powerShellWord(`${facts.identifier}/${name}`)} ${address}`;
  });
  return [
    {
      ...{ system: "windows", label: "winget, by manifest" },
      steps: [
        {
          says: "Once, as an administrator: allow manifests of your own.",
          lines: ["winget settings --enable LocalManifestFiles"],
        },
        { says: "Fetch the manifests of this version:", lines: fetched },
        {
          says: "winget compares the installer with the digest in them:",
          lines: [`winget install --manifest ${powerShellWord(facts.identifier)}`],
        },
      ],
    },
  ];
}
