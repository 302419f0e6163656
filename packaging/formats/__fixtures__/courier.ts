import type { ArtifactJob, DebOptions } from "../../artifact.ts";
import type { Product, ProductTarget } from "../../manifest/product.ts";
import { fileEntry, inlineEntry } from "../../staging/file-entry.ts";
import { growTree } from "../../staging/grow-tree.ts";
import { inlineBytes } from "../../staging/input-file.ts";
import type { ProductTexts } from "../../staging/texts.ts";
import type { SymlinkEntry, Tree } from "../../staging/tree.ts";

export const target: ProductTarget = {
  name: "linux-x86_64",
  payload: { kind: "directory", path: "dist" },
  binaries: [
    { name: "courier", from: "courier" },
    { name: "courierctl", from: "courierctl" },
  ],
  installers: [{ format: "tar.zst" }, { format: "deb", compression: "gzip" }],
  static: false,
  depends: ["libc6 (>= 2.36)"],
};

export const product: Product = {
  id: "courier",
  version: "1.2.0-rc.1",
  epoch: 1_700_000_000,
  summary: "carries messages between rooms",
  description: [
    "Courier takes messages and brings them where they belong, in order, once, and with a receipt for those who ask.",
    "It keeps nothing.",
  ],
  homepage: "https://courier.example",
  maintainer: { name: "Zoë Courier", email: "team@courier.example" },
  licence: { spdx: "MIT OR Apache-2.0", holder: "2026 Courier Team", from: "LICENSE" },
  thirdParty: [],
  changes: [
    "Receipts.",
    "A message that is longer than a line of a changelog should be is wrapped at a word, and its second line is indented.",
  ],
  features: {},
  targets: [target],
  files: [],
  retiredConfiguration: [],
  services: [
    { name: "courier", unit: "courier.service", socketUnit: "courier.socket", user: "courier", instances: [] },
  ],
  units: [],
  sockets: [{ path: "/run/courier/courier.sock", owner: "courier", group: "courier", mode: 0o660 }],
  completions: {},
  manuals: [],
  hooks: {},
};

export const texts: ProductTexts = {
  licence: "Do as you like.\r\n\r\n  But be kind.\n",
  thirdParty: [],
  launchd: {},
  hooks: {},
};

/** A link to a folder that is elsewhere on a Mac. */
export const link: SymlinkEntry = {
  type: "symlink",
  path: "usr/share/courier/settings",
  target: "../../../etc/courier",
  mode: 0o777,
  owner: "root",
  group: "root",
  part: "bin",
};

/** What staging makes of such a product, small and by hand. */
export const tree: Tree = growTree([
  fileEntry("usr/bin/courier", inlineBytes(Buffer.from("program")), { part: "bin", mode: 0o755 }),
  fileEntry("usr/bin/courierctl", inlineBytes(Buffer.from("control")), { part: "bin", mode: 0o755 }),
  fileEntry("etc/courier/courier.toml", inlineBytes(Buffer.from("level = 1\n")), { part: "bin", config: true }),
  inlineEntry("usr/share/man/man8/courier.8.gz", "manual", "bin"),
  link,
  inlineEntry(
    "usr/lib/systemd/system/courier.service",
    "[Service]\n\n[Install]\nWantedBy=multi-user.target\n",
    "service",
  ),
  inlineEntry("usr/lib/systemd/system/courier.socket", "[Socket]\n\n[Install]\nWantedBy=sockets.target\n", "service"),
  inlineEntry("usr/lib/sysusers.d/courier.conf", "u courier -\n", "service"),
  inlineEntry(
    "usr/lib/tmpfiles.d/courier.conf",
    "# made at start\nd /run/courier 0755 root root -\nd /run/courier/in 0750 courier courier -\nd /etc/courier/x 0755 - - -\n",
    "service",
  ),
  inlineEntry("usr/share/bash-completion/completions/courier", "complete\n", "service"),
]);

/** A job of a `.deb` with nothing in it but what is given. */
export function debJob(
  changes: Partial<Omit<ArtifactJob, "format">> & { readonly format?: Partial<DebOptions> },
): ArtifactJob {
  const control = [
    ["Package", "courier"],
    ["Maintainer", "Zoë <z@courier.example>"],
  ] as const;
  return {
    product: "courier",
    version: "1.0.0",
    target: "linux-x86_64",
    epoch: 1_700_000_000,
    name: "courier_1.0.0_amd64.deb",
    tree,
    ...changes,
    format: { kind: "deb", compression: "gzip", control, scripts: {}, ...changes.format },
  };
}
