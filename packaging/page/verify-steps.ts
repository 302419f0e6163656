import { channelPath } from "../channels/layout.ts";
import { releaseFolder } from "../record/folder.ts";
import { objectAddress } from "../repositories/object-address.ts";
import { shellWord } from "./command-lines.ts";
import type { Step } from "./model.ts";

export interface Verifiable {
  readonly product: string;
  readonly channel: string;
  readonly folder: string;
  /** Name of the archive's keyring. */
  readonly keyring: string;
  readonly url: string;
}

/** How a stranger checks a release with nothing but public keys. */
export function verifySteps({ product, channel, folder, keyring, url }: Verifiable): readonly Step[] {
  const base = releaseFolder(product, folder);
  const fetch = (path: string) => `curl -fsSLO ${shellWord(objectAddress(url, path))}`;
  const ring = shellWord(`./${keyring}.gpg`);
  return [
    {
      says: "Fetch the sums of this release, their signature, and the archive's keys.",
      lines: [fetch(`${base}/SHA256SUMS`), fetch(`${base}/SHA256SUMS.asc`), fetch(`keys/${keyring}.gpg`)],
    },
    {
      says: "Check who signed the sums, with gpgv or with sqv: the fingerprint has to be one of those below.",
      lines: [`gpgv --keyring ${ring} SHA256SUMS.asc SHA256SUMS`, `sqv --keyring ${ring} SHA256SUMS.asc SHA256SUMS`],
    },
    {
      says: "Check the files that you have against the sums.",
      lines: ["sha256sum --check --ignore-missing SHA256SUMS"],
    },
    {
      says: `The whole chain, from a trusted root to every file: a TUF client that asks for ${channelPath(product, channel)}, or`,
      lines: [fetch("keys/tuf-root.json"), `slipway verify --root tuf-root.json ${shellWord(url)}`],
    },
  ];
}
