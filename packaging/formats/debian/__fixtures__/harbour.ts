import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { ArtifactJob } from "../../../artifact.ts";
import { sha256 } from "../../../digest.ts";
import { parseManifest } from "../../../manifest/parse.ts";
import { stageTarget } from "../../../staging/stage.ts";
import { readTexts } from "../../../staging/texts.ts";
import { planArtifacts } from "../../plan.ts";

export type HarbourVersion = "1.0.0" | "2.0.0";

/**
 * A product with everything that packages know: two programs, services that share a socket, a template with instances, a
 * timer, a target, hooks, others' code, and configuration that its second version changes, renames and removes.
 * @returns the jobs of its two Debian packages. `folder` gets its sources, `program` is what each command is.
 */
export async function harbourJobs(
  folder: string,
  version: HarbourVersion,
  program: Uint8Array,
): Promise<readonly ArtifactJob[]> {
  for (const [path, text] of Object.entries({ ...sources, ...configuration[version] })) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const file = join(folder, "program");
  await writeFile(file, program);
  const product = parseManifest(stringify(manifest(version)), "harbour.yaml");
  const [target] = product.targets;
  if (target === undefined) throw new Error("the manifest has no target");
  const held = { file, size: program.length, sha256: sha256(program) };
  const payload = { files: new Map(target.binaries.map(({ from }) => [from, held])) };
  const folders = { manifestFolder: folder, projectRoot: folder };
  const tree = await stageTarget({ product, target, payload, stage: "dev", ...folders });
  return planArtifacts(product, target, tree, await readTexts(product, folders));
}

function manifest(version: HarbourVersion) {
  const second = version === "2.0.0";
  const settings = (name: string) => ({ from: `config/${name}`, to: `etc/harbour/${name}` });
  const retired = [
    { path: "etc/harbour/pilots.conf", since: "2.0.0" },
    { path: "etc/harbour/berth.conf", since: "2.0.0", "renamed-to": "etc/harbour/berths.toml" },
  ];
  return {
    schema: 1,
    product: "harbour",
    version,
    epoch: "2025-08-12T23:48:13Z",
    summary: "directs ships to their berths",
    description: ["The harbour tells every ship where to go, and when the tide is right."],
    homepage: "https://harbour.example/",
    maintainer: { name: "Harbour Team", email: "team@harbour.example" },
    licence: { spdx: "MIT OR Apache-2.0", holder: "2025 Harbour Team", from: "licences/harbour.txt" },
    "third-party": [
      component("tide tables", "(MIT OR Apache-2.0) AND BSD-3-Clause", "2019 The Moon Authors", "moon"),
      component("buoys", "MIT", "2018 Buoy Makers", "buoys"),
      { ...component("chart", "CC0-1.0", "2017 Chart Makers", "chart"), files: ["usr/share/harbour/chart.txt"] },
    ],
    changes: [`This is ${version}.`],
    targets: {
      "linux-x86_64": {
        payload: { source: "directory", path: "dist" },
        binaries: ["harbour", "harbourctl"].map((name) => ({ name, from: name })),
        static: true,
        installers: [{ format: "deb", compression: "gzip" }],
      },
    },
    configuration: ["harbour.toml", ...(second ? ["berths.toml"] : ["berth.conf", "pilots.conf"])].map(settings),
    ...(second ? { "retired-configuration": retired } : {}),
    files: [{ from: "chart.txt", to: "usr/share/harbour/chart.txt" }],
    services: [
      { name: "harbour", unit: "units/harbour.service", "socket-unit": "units/harbour.socket", user: "_harbour" },
      { name: "harbour-lookout", unit: "units/harbour-lookout.service", user: "_harbour" },
      {
        name: "harbour-berth@",
        unit: "units/harbour-berth@.service",
        user: "_harbour",
        instances: ["north", "south"],
      },
      { name: "harbour-tide", unit: "units/harbour-tide.service", user: "_harbour-tide" },
    ],
    units: ["units/harbour-tide.timer", "units/harbour.target"],
    sockets: [{ path: "/run/harbour/harbour.sock", owner: "_harbour", group: "_harbour", mode: "0660" }],
    completions: Object.fromEntries(
      ["harbour", "harbourctl"].map((command) => [
        command,
        Object.fromEntries(["bash", "zsh", "fish"].map((shell) => [shell, `completions/${command}.${shell}`])),
      ]),
    ),
    manuals: ["man/harbour.8", "man/harbourctl.1"],
    hooks: { linux: { "post-install": "hooks/post-install.sh", "pre-remove": "hooks/pre-remove.sh" } },
  };
}

function component(name: string, spdx: string, holder: string, text: string) {
  return { name, licence: { spdx, holder, from: `licences/${text}.txt` } };
}

function unit(description: string, ...sections: readonly string[]): string {
  return `[Unit]\nDescription=${description}\nDocumentation=man:harbour(8)\n${sections.join("\n")}`;
}

const manual = (name: string, section: number) =>
  `.TH ${name.toUpperCase()} ${section}\n.SH NAME\n${name} \\- directs ships\n.SH DESCRIPTION\nIt directs ships.\n`;

const mit = (holder: string) => `Copyright (c) ${holder}\n\nPermission is granted, free of charge, to use this.\n`;

const sources: Readonly<Record<string, string>> = {
  "chart.txt": "Here be ships.\n",
  "licences/harbour.txt": mit("2025 Harbour Team"),
  "licences/moon.txt": `${mit("2019 The Moon Authors")}\nRedistribution is permitted too.\n`,
  "licences/buoys.txt": mit("2018 Buoy Makers"),
  "licences/chart.txt": "This is given away.\n",
  "man/harbour.8": manual("harbour", 8),
  "man/harbourctl.1": manual("harbourctl", 1),
  ...Object.fromEntries(
    ["harbour", "harbourctl"].flatMap((command) => [
      [`completions/${command}.bash`, `complete -W 'open close' ${command}\n`],
      [`completions/${command}.zsh`, `#compdef ${command}\n_arguments '1:what:(open close)'\n`],
      [`completions/${command}.fish`, `complete --command ${command} --arguments 'open close'\n`],
    ]),
  ),
  // The end that Slipway itself would write, a command that reads, an exit: nothing of it reaches the script around it.
  "hooks/post-install.sh": "#!/bin/sh\ncat <<END_OF_STEP\nharbour: open for $1\nEND_OF_STEP\ncd /\nexit 0\n",
  "hooks/pre-remove.sh": 'echo "harbour: closed for $1"\nif this line were sh; it would parse\n',
  "units/harbour.service": unit(
    "Harbour",
    "\n[Service]\nType=exec\nExecStart=/usr/bin/harbour\nUser=_harbour\nStandardInput=null\n",
    "[Install]\nWantedBy=multi-user.target\n",
  ),
  "units/harbour.socket": unit(
    "Socket of the harbour",
    "\n[Socket]\nListenStream=/run/harbour/harbour.sock\nSocketUser=_harbour\nSocketGroup=_harbour\nSocketMode=0660\n",
    "[Install]\nWantedBy=sockets.target\n",
  ),
  "units/harbour-lookout.service": unit(
    "Lookout of the harbour",
    "After=harbour.service\nPartOf=harbour.target\n\n[Service]\nExecStart=/usr/bin/harbourctl\nUser=_harbour\nSockets=harbour.socket\n",
  ),
  "units/harbour-berth@.service": unit(
    "Berth %i of the harbour",
    "After=harbour.service\nPartOf=harbour.target\n\n[Service]\nExecStart=/usr/bin/harbourctl %i\nUser=_harbour\n",
    "[Install]\nWantedBy=multi-user.target\n",
  ),
  "units/harbour-tide.service": unit(
    "Look at the tide",
    "\n[Service]\nType=oneshot\nExecStart=/usr/bin/harbourctl\nUser=_harbour-tide\n",
  ),
  "units/harbour-tide.timer": unit(
    "Look at the tide every hour",
    "\n[Timer]\nOnCalendar=hourly\n",
    "[Install]\nWantedBy=timers.target\n",
  ),
  "units/harbour.target": unit(
    "The whole harbour",
    "Wants=harbour-lookout.service\n",
    "[Install]\nWantedBy=multi-user.target\n",
  ),
};

const configuration: Readonly<Record<HarbourVersion, Readonly<Record<string, string>>>> = {
  "1.0.0": {
    "config/harbour.toml": "# Settings of the harbour\nberths = 2\nlights = true\n",
    "config/berth.conf": "depth 7\n",
    "config/pilots.conf": "pilots 1\n",
  },
  "2.0.0": {
    "config/harbour.toml": "# Settings of the harbour\nberths = 4\nlights = true\nfog-horn = true\n",
    "config/berths.toml": "depth = 7\n",
  },
};
