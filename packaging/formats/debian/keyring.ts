import type { ArtifactJob } from "../../artifact.ts";
import { inlineEntry } from "../../staging/file-entry.ts";
import { subtree } from "../subtree.ts";
import { copyrightText } from "./copyright.ts";
import { descriptionField } from "./description.ts";
import { documentation } from "./documentation.ts";

export interface KeyringFacts {
  /** Name of the archive; the package is `<archive>-archive-keyring`. */
  readonly archive: string;
  /** Number of the key set: the first number of the package's version. */
  readonly version: number;
  /** Seconds since 1970. */
  readonly epoch: number;
  /** The OpenPGP certificates, binary, as apt's Signed-By reads them. */
  readonly keyring: Uint8Array;
  readonly maintainer: { readonly name: string; readonly email: string };
  readonly homepage: string;
  /** Who the archive is, as people are told: `Example`. */
  readonly origin: string;
}

/** The package that brings an archive's keys to a machine and keeps them fresh; for every architecture. */
export function keyringJob(facts: KeyringFacts): ArtifactJob {
  const { archive, epoch, keyring, maintainer, homepage, origin } = facts;
  const name = `${archive}-archive-keyring`;
  const version = `${facts.version}.0.0`;
  // Keys are facts; what else is in the package is given away.
  const licence = { spdx: "CC0-1.0", holder: origin, text: "" };
  const copyright = copyrightText({
    name,
    contact: maintainer,
    homepage,
    licence,
    components: [],
    programs: [],
    epoch,
  });
  const changes = [`Key set ${facts.version} of the ${origin} package archive.`];
  const tree = subtree({ entries: [] }, "bin", () => false, [
    inlineEntry(`usr/share/keyrings/${name}.gpg`, keyring, "bin"),
    ...documentation(name, "bin", copyright, { source: name, version, changes, maintainer, epoch }),
  ]);
  return {
    product: name,
    version,
    target: "any",
    epoch,
    name: `${name}_${version}_all.deb`,
    tree,
    format: {
      kind: "deb",
      compression: "xz",
      control: [
        ["Package", name],
        ["Version", version],
        ["Architecture", "all"],
        ["Maintainer", `${maintainer.name} <${maintainer.email}>`],
        ["Section", "misc"],
        ["Priority", "optional"],
        ["Multi-Arch", "foreign"],
        ["Homepage", homepage],
        [
          "Description",
          descriptionField(`OpenPGP keys of the ${origin} package archive`, [
            `The ${origin} package archive signs what it publishes; apt checks it with the keys in this package. It holds every key that is or was in use and is not revoked.`,
          ]),
        ],
      ],
      scripts: {},
    },
  };
}
