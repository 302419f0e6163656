import { refusal } from "../../errors.ts";
import { paragraph } from "./deb822.ts";
import { requireSuiteName } from "./suite.ts";

export interface SourcesOptions {
  /** The bucket as users reach it: `https://downloads.example.org/`. */
  readonly uri: string;
  readonly suite: string;
  readonly component: string;
  /** Installed by the keyring package: an absolute path under /usr/share/keyrings/. */
  readonly keyring: string;
}

/**
 * The text of `/etc/apt/sources.list.d/<name>.sources` (deb822; sources.list(5)), the key named by Signed-By. It names no
 * architectures: a list would make apt fetch and offer packages that the machine cannot run.
 */
export function sourcesText(options: SourcesOptions): string {
  const { uri, suite, component, keyring } = options;
  requireSuiteName(suite);
  if (!/^https?:\/\/[^\s]+$/.test(uri)) {
    throw refusal("SLW-SUITE", `apt fetches a suite over HTTP; ${JSON.stringify(uri)} is no such address.`);
  }
  // apt reads the name's ending: binary keyrings are .gpg, armoured ones .asc.
  if (!/^\/usr\/share\/keyrings\/[A-Za-z0-9][A-Za-z0-9._-]*\.(gpg|asc)$/.test(keyring)) {
    throw refusal("SLW-SUITE", `A keyring is /usr/share/keyrings/NAME.gpg or .asc, not ${JSON.stringify(keyring)}.`);
  }
  return paragraph(
    [
      ["Types", "deb"],
      ["URIs", uri],
      ["Suites", suite],
      ["Components", component],
      ["Signed-By", keyring],
    ],
    `the source of ${suite}`,
  );
}
