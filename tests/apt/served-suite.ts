import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Phasing } from "../../packaging/repositories/apt/phasing.ts";
import { publishSuite } from "../../packaging/repositories/apt/publish.ts";
import { sourcesText } from "../../packaging/repositories/apt/sources.ts";
import { architectures, indexTexts, planSuite, type SuiteRelease } from "../../packaging/repositories/apt/suite.ts";
import { keyringBytes } from "../../packaging/signing/keyring.ts";
import { generateOpenPgp, openOpenPgp } from "../../packaging/signing/openpgp.ts";
import { directoryStore } from "../../packaging/store/directory.ts";
import type { Store } from "../../packaging/store/store.ts";
import { type AptRoot, isolatedApt } from "./apt-root.ts";
import { serveStore } from "./loopback.ts";

/** All dates lie before it, as apt accepts none ahead of its clock. */
const now = Math.floor(Date.now() / 1000) - 1000;
const names = {
  suite: "dev",
  origin: "Example",
  label: "Example",
  description: "Programs of the Example team",
  component: "main",
} as const;

/** A signed suite in a bucket of its own, served on loopback while a test runs. */
export interface ServedSuite {
  readonly store: Store;
  /** Publishes the next snapshot's suite. */
  publish(releases: readonly SuiteRelease[], phasing?: Phasing): Promise<void>;
  /** A private apt world with this suite as its only source. */
  apt(): Promise<AptRoot>;
}

export async function servedSuite(t: TestContext): Promise<ServedSuite> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-suite-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const store = directoryStore(join(folder, "bucket"));
  const server = await serveStore(store);
  t.after(() => server.close());
  const key = await generateOpenPgp({ name: "Example archive", email: "archive@example.org" }, now - 86_400);
  const signer = await openOpenPgp(key.public, { kind: "state", secret: key.secret });
  let snapshot = 0;
  return {
    store,
    publish: async (releases, phasing) => {
      snapshot++;
      const content = planSuite(names, indexTexts(names, releases, phasing));
      await publishSuite(store, content, { snapshot, now, signer, reconfirm: async () => snapshot });
    },
    apt: async () => {
      const keyring = "/usr/share/keyrings/example-archive-keyring.gpg";
      const source = { uri: server.url, suite: "dev", component: "main", architectures, keyring };
      const apt = await isolatedApt({
        sourcesText: sourcesText(source),
        keyring: await keyringBytes([signer.public]),
      });
      t.after(() => apt.remove());
      return apt;
    },
  };
}
