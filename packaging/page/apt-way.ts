import { objectAddress } from "../repositories/object-address.ts";
import { shellWord } from "./command-lines.ts";
import type { Installable } from "./install-ways.ts";
import type { InstallWay } from "./model.ts";

/** apt, where the release has packages: the keyring and the source once, and then the package as every other. */
export function aptWays({ record, channel, keyring, url }: Installable): readonly InstallWay[] {
  const packages = record.artifacts.flatMap(({ format, control = [] }) =>
    format === "deb" ? [control.find(([name]) => name === "Package")?.[1] ?? ""] : [],
  );
  const name = packages.includes(record.product) ? record.product : packages[0];
  if (name === undefined) return [];
  const archive = keyring.replace(/-archive-keyring$/, "");
  const place = `/usr/share/keyrings/${keyring}.gpg`;
  const source = `${archive}-${channel}.sources`;
  const fetch = (path: string, to: string) =>
    `sudo curl -fsSL -o ${shellWord(to)} ${shellWord(objectAddress(url, path))}`;
  const names = [...new Set([name, keyring])].map(shellWord).join(" ");
  return [
    {
      system: "linux",
      label: "apt (Debian, Ubuntu)",
      steps: [
        {
          says: "Once: the archive's keys, and where apt finds the packages. Compare the keys' fingerprints with those below.",
          lines: [
            fetch(`keys/${keyring}.gpg`, place),
            fetch(`dists/${source}`, `/etc/apt/sources.list.d/${source}`),
            `gpg --show-keys ${shellWord(place)}`,
          ],
        },
        { says: "Then, as for every other package:", lines: [`sudo apt update && sudo apt install ${names}`] },
      ],
    },
  ];
}
