import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sha256 } from "../../digest.ts";
import type { Product, ProductTarget } from "../../manifest/product.ts";
import { elf } from "../../payload/__fixtures__/programs.ts";
import type { Payload } from "../../payload/payload.ts";
import type { StagingInput } from "../stage.ts";

export const target: ProductTarget = {
  name: "linux-x86_64",
  payload: { kind: "directory", path: "dist/x86_64" },
  binaries: [{ name: "courier", from: "bin/courier" }],
  installers: [{ format: "deb", compression: "xz" }],
  static: true,
  depends: [],
};

const everywhere = ["linux", "macos", "windows"] as const;
const plain = { mode: 0o644, owner: "root", group: "root", only: everywhere } as const;

/** A small product with one of each thing that staging knows. */
export const product: Product = {
  id: "courier",
  version: "1.0.0",
  epoch: 1_700_000_000,
  summary: "carries messages",
  description: ["Carries messages."],
  homepage: "https://courier.example",
  maintainer: { name: "Courier Team", email: "team@courier.example" },
  licence: { spdx: "MIT", holder: "2026 Courier Team", from: "LICENSE" },
  thirdParty: [],
  changes: ["First release."],
  features: {},
  targets: [target],
  files: [
    { from: "courier.toml", to: "etc/courier/courier.toml", kind: "config", ...plain },
    { from: "../policies/strict.json", to: "usr/share/courier/policies/strict.json", kind: "policy", ...plain },
    { from: "hello.msg", to: "usr/share/courier/fixtures/hello.msg", kind: "fixture", ...plain },
    { from: "helper.sh", to: "usr/lib/courier/helper", kind: "data", ...plain, mode: 0o755 },
    { from: "icon.icns", to: "usr/share/courier/icon.icns", kind: "data", ...plain, only: ["macos"] },
  ],
  retiredConfiguration: [],
  services: [
    { name: "courier", unit: "courier.service", socketUnit: "courier.socket", user: "courier", instances: [] },
  ],
  units: [],
  sockets: [{ path: "/run/courier/courier.sock", owner: "courier", group: "letters", mode: 0o660 }],
  completions: { courier: { bash: "courier.bash", zsh: "courier.zsh", fish: "courier.fish" } },
  manuals: ["courier.1", "courier.8"],
  hooks: { linux: { postInstall: "post-install.sh" } },
};

export const inputs: Readonly<Record<string, string>> = {
  "packaging/LICENSE": "Do as you like.\n",
  "packaging/courier.toml": 'listen = "/run/courier/courier.sock"\n',
  "policies/strict.json": '{ "allow": [] }\n',
  "packaging/hello.msg": "hello\r\n",
  "packaging/helper.sh": "#!/bin/sh\nexec courier help\n",
  "packaging/icon.icns": "icns",
  "packaging/courier.service": [
    "[Unit]",
    "Description=Courier",
    "",
    "[Service]",
    "ExecStart=/usr/bin/courier serve",
    "User=courier",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n"),
  "packaging/courier.socket": [
    "[Socket]",
    "ListenStream=/run/courier/courier.sock",
    "SocketUser=courier",
    "SocketGroup=letters",
    "SocketMode=0660",
    "",
  ].join("\n"),
  "packaging/courier.bash": "complete -W 'serve help' courier\n",
  "packaging/courier.zsh": "#compdef courier\n",
  "packaging/courier.fish": "complete -c courier -a 'serve help'\n",
  "packaging/courier.1": ".TH COURIER 1\n.SH NAME\ncourier \\- carries messages\n",
  "packaging/courier.8": ".TH COURIER 8\n.SH NAME\ncourier \\- carries messages\n",
  "packaging/post-install.sh": "echo courier is ready\n",
};

/** A project folder with the product's inputs; `changes` adds, replaces or (undefined) leaves out files. */
export async function makeProject(
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<{ readonly input: StagingInput; readonly remove: () => Promise<void> }> {
  const projectRoot = await mkdtemp(join(tmpdir(), "slipway-staging-"));
  for (const [path, text] of Object.entries({ ...inputs, ...changes })) {
    if (text === undefined) continue;
    await mkdir(join(projectRoot, dirname(path)), { recursive: true });
    await writeFile(join(projectRoot, path), text);
  }
  const program = join(projectRoot, "program");
  await writeFile(program, elf());
  return {
    input: {
      product,
      target,
      payload: payloadOf({ "bin/courier": { file: program, bytes: elf() } }),
      manifestFolder: join(projectRoot, "packaging"),
      projectRoot,
      stage: "dev",
    },
    remove: () => rm(projectRoot, { recursive: true, force: true }),
  };
}

export function payloadOf(files: Readonly<Record<string, { file: string; bytes: Uint8Array }>>): Payload {
  const entries = Object.entries(files).map(([path, { file, bytes }]) => {
    return [path, { file, size: bytes.length, sha256: sha256(bytes) }] as const;
  });
  return { files: new Map(entries) };
}
