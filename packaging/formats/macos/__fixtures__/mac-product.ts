import type { PkgInstaller, Product, ProductTarget } from "../../../manifest/product.ts";
import { fileEntry, inlineEntry } from "../../../staging/file-entry.ts";
import { growTree } from "../../../staging/grow-tree.ts";
import { inlineBytes } from "../../../staging/input-file.ts";
import { quarantineScript } from "../../../staging/quarantine-script.ts";
import type { ProductTexts } from "../../../staging/texts.ts";
import type { Tree } from "../../../staging/tree.ts";
import { product as courier, link, texts as plainTexts } from "../../__fixtures__/courier.ts";
import { machO } from "./mach-o.ts";

/** The courier on a Mac: two services, of which one is handed a socket, and what staging makes of its files. */

export const installer: PkgInstaller = { format: "pkg", identifier: "dev.courier.tool", minimumSystem: "12.0" };

export const target: ProductTarget = {
  name: "macos-universal",
  payload: { kind: "directory", path: "dist" },
  binaries: [{ name: "courier", from: "courier" }],
  installers: [{ format: "tar.gz" }, installer],
  static: false,
  depends: [],
};

export const product: Product = {
  ...courier,
  version: "1.2.0",
  targets: [target],
  services: [
    { name: "courier", unit: "courier.service", launchd: "courier.plist", user: "_courier", instances: [] },
    { name: "sorter", unit: "sorter.service", launchd: "sorter.plist", user: "_sorter", instances: [] },
    { name: "audit", unit: "audit.service", user: "_audit", instances: [] },
  ],
  sockets: [{ path: "/run/courier/courier.sock", owner: "_courier", group: "letters", mode: 0o660 }],
};

const head = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
`;

export function listOf(dict: string): string {
  return `${head}<plist version="1.0">\n<dict>\n${dict}</dict>\n</plist>\n`;
}

export const courierList = listOf(`  <key>ProgramArguments</key>
  <array>
    <string>/usr/local/bin/courier</string>
    <string>--config=/usr/local/etc/courier/courier.toml</string>
  </array>
  <key>Sockets</key>
  <dict>
    <key>Listeners</key>
    <dict>
      <key>SockPathName</key>
      <string>/usr/local/var/run/courier/courier.sock</string>
    </dict>
  </dict>
`);

const sorterList = listOf(`  <key>ProgramArguments</key>
  <array>
    <string>/usr/local/bin/courier</string>
    <string>sort</string>
  </array>
  <key>StartInterval</key>
  <integer>3600</integer>
`);

export const texts: ProductTexts = {
  ...plainTexts,
  launchd: {
    courier: { shown: "packaging/courier.plist", text: courierList },
    sorter: { shown: "packaging/sorter.plist", text: sorterList },
  },
  hooks: { macos: { postInstall: "echo the courier is ready\n" } },
};

export const tree: Tree = growTree([
  fileEntry("usr/bin/courier", inlineBytes(machO()), { part: "bin", mode: 0o755 }),
  fileEntry("etc/courier/courier.toml", inlineBytes(Buffer.from("level = 1\n")), {
    part: "bin",
    mode: 0o640,
    config: true,
  }),
  fileEntry("etc/courier/routes.toml", inlineBytes(Buffer.from("route = 1\n")), { part: "bin", config: true }),
  inlineEntry("usr/share/man/man8/courier.8.gz", "manual", "bin"),
  inlineEntry("usr/share/zsh/site-functions/_courier", "#compdef courier\n", "service"),
  link,
  quarantineScript(product, target),
]);
