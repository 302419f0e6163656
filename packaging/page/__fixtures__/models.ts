import type { ReleaseRecord } from "../../record/record.ts";
import { installable, installWays } from "../install-ways.ts";
import type { ChannelModel, IndexModel } from "../model.ts";
import { releaseFacts, targetSizes } from "../release-facts.ts";
import { verifySteps } from "../verify-steps.ts";

/** A small release with one file for each way to install it; digests are one letter. */
export const record: ReleaseRecord = {
  schema: 1,
  product: "runtime",
  version: "1.1.0",
  epoch: 1_790_000_000,
  summary: "Runs client scripts",
  description: ["It runs <client> scripts & nothing else."],
  homepage: "https://runtime.example/",
  maintainer: { name: "Ana Ünal", email: "ana@runtime.example" },
  licence: "MIT",
  features: {},
  services: [],
  artifacts: [
    artifact("runtime-1.1.0-macos-universal.pkg", "pkg", "macos-universal", 4_100_000),
    artifact("runtime-1.1.0-windows-x86_64.msi", "msi", "windows-x86_64", 3_300_000),
    artifact("runtime-1.1.0-windows-x86_64.zip", "zip", "windows-x86_64", 3_200_000),
    artifact("runtime-1.1.0-linux-aarch64.tar.zst", "tar.zst", "linux-aarch64", 2_900_000),
    {
      ...artifact("runtime_1.1.0_amd64.deb", "deb", "linux-x86_64", 3_000_000),
      control: [
        ["Package", "runtime"],
        ["Version", "1.1.0"],
        ["Architecture", "amd64"],
      ],
    },
  ],
};

function artifact(
  name: string,
  format: ReleaseRecord["artifacts"][number]["format"],
  target: ReleaseRecord["artifacts"][number]["target"],
  size: number,
): ReleaseRecord["artifacts"][number] {
  const [content, shipped, recipe] = ["c", "5", "e"].map((letter) => letter.repeat(64));
  const inventory = { path: `inventory/${name}.json`, size: 1, sha256: "1".repeat(64) };
  return {
    name,
    format,
    target,
    size,
    content: content ?? "",
    shipped: shipped ?? "",
    recipe: recipe ?? "",
    inventory,
  };
}

const keys = {
  archive: [
    { fingerprint: "0123456789ABCDEF".repeat(3).slice(0, 40), created: "2026-01-31T09:00:00Z", path: "keys/A.asc" },
  ],
  keyring: "keys/runtime-archive-keyring.gpg",
  root: { version: 1, keyids: ["a".repeat(64)] },
};
const where = { channel: "stable", keyring: "runtime-archive-keyring", url: "https://downloads.runtime.example" };

export const sampleChannel: ChannelModel = {
  kind: "channel",
  product: "runtime",
  channel: "stable",
  serial: 4,
  since: "2026-11-22T10:00:00Z",
  version: "1.1.0",
  release: releaseFacts(record, "1.1.0"),
  kept: ["1.0.0"],
  install: installWays(installable(record, "1.1.0", where)),
  verify: verifySteps({ product: "runtime", folder: "1.1.0", ...where }),
  keys,
  history: [
    {
      serial: 4,
      kind: "release",
      version: "1.1.0",
      at: "2026-11-22T10:00:00Z",
      why: "release 1.0.0 → 1.1.0",
      sizes: targetSizes(record),
      changes: {
        from: "1.0.0",
        counts: "2 artifacts change, 3 stay byte for byte",
        size: "16.4 → 16.5 MB (+0.6 %)",
        lines: [
          "linux-x86_64",
          "  Depends: + libssl3",
          "  + usr/bin/admin   0755 root:root   9 kB",
          "  - usr/bin/old   0755 root:root   8 kB",
        ],
      },
    },
    {
      serial: 3,
      kind: "rollback",
      version: "1.0.0",
      at: "2026-11-02T10:00:00Z",
      why: "rollback 1.0.1 → 1.0.0: it lost data",
      sizes: [{ target: "linux-x86_64", size: 2_000_000 }],
      changes: undefined,
    },
    {
      serial: 2,
      kind: "release",
      version: "1.0.1",
      at: "2026-11-01T10:00:00Z",
      why: "release 1.0.1",
      sizes: undefined,
      changes: undefined,
    },
    {
      serial: 1,
      kind: "first",
      version: "1.0.0",
      at: "2026-10-01T10:00:00Z",
      why: "release 1.0.0",
      sizes: [{ target: "linux-x86_64", size: 2_000_000 }],
      changes: undefined,
    },
  ],
  earlier: false,
  withdrawn: [
    {
      version: "1.0.1",
      from: "2026-11-01T10:00:00Z",
      until: "2026-11-02T10:00:00Z",
      reason: "rollback 1.0.1 → 1.0.0: it lost data",
    },
  ],
};

export const sampleIndex: IndexModel = {
  kind: "index",
  snapshot: 7,
  products: [
    {
      product: "runtime",
      summary: "Runs client scripts",
      homepage: "https://runtime.example/",
      channels: [
        { channel: "candidate", version: "1.2.0-rc.1", moved: "2026-11-23T10:00:00Z", downloads: 1, page: undefined },
        {
          channel: "stable",
          version: "1.1.0",
          moved: "2026-11-22T10:00:00Z",
          downloads: 5,
          page: "channels/runtime-stable.html",
        },
      ],
    },
  ],
  keys,
};

/** As little as a bucket can say: one move, no key, and a record that is gone. */
export const bareChannel: ChannelModel = {
  ...sampleChannel,
  serial: 1,
  release: undefined,
  kept: [],
  install: [],
  keys: { archive: [], keyring: undefined, root: { version: 0, keyids: [] } },
  history: [
    {
      serial: 1,
      kind: "first",
      version: "1.1.0",
      at: "2026-11-22T10:00:00Z",
      why: "release 1.1.0",
      sizes: undefined,
      changes: undefined,
    },
  ],
  earlier: true,
  withdrawn: [],
};
