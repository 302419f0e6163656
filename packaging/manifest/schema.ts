import { z } from "zod";
import { type OperatingSystem, type TargetName, targetNames } from "../targets.ts";
import {
  account,
  command,
  completedCommand,
  dependency,
  email,
  epoch,
  filePattern,
  filledList,
  flagName,
  growth,
  homepage,
  installed,
  installedConfig,
  instance,
  integrity,
  list,
  macosVersion,
  mode,
  npmPackage,
  npmVersion,
  oneOf,
  packageIdentifier,
  payloadSize,
  payloadUrl,
  personName,
  productId,
  record,
  sentence,
  serviceName,
  sha256,
  socketPath,
  source,
  sourceEnding,
  spdx,
  summary,
  version,
  windowsFolder,
} from "./fields.ts";
import { homebrewSchema, wingetSchema } from "./repository-fields.ts";

const archive = oneOf(["tar", "zip"]).describe("Kind of archive, where its name does not say it");

const systems = ["linux", "macos", "windows"] as const satisfies readonly OperatingSystem[];

const plainPayloads = [
  record("a payload", {
    source: z.literal("npm", { error: "npm" }),
    package: npmPackage,
    version: npmVersion,
    integrity: integrity.describe("The registry's digest: what is downloaded is compared with it"),
  }),
  record("a payload", {
    source: z.literal("directory", { error: "directory" }),
    path: source.describe("Folder that holds what a build made for this target, or an archive of it"),
    archive: archive.optional(),
  }),
  record("a payload", {
    source: z.literal("url", { error: "url" }),
    url: payloadUrl.describe("Address of the program, or of an archive that holds it"),
    sha256: sha256.describe("What is downloaded must have this digest"),
    size: payloadSize.optional().describe("Bytes of what is downloaded"),
    archive: archive.optional(),
  }),
] as const;

const slicePayload = z.discriminatedUnion("source", plainPayloads, { error: "one of: npm, directory, url" });

export const payloadSchema = z
  .discriminatedUnion(
    "source",
    [
      ...plainPayloads,
      record("a payload", {
        source: z.literal("slices", { error: "slices" }),
        x86_64: slicePayload.describe("Where the binaries for Intel processors come from"),
        arm64: slicePayload.describe("Where the binaries for Apple processors come from"),
      }),
    ],
    { error: "one of: npm, directory, url, slices" },
  )
  .describe("Where the compiled binaries of this target come from");

export const binarySchema = record("a binary with name and from", {
  name: command.describe("Installed command"),
  from: source.describe("Path inside the payload"),
});

export const installerFormat = oneOf(["tar.zst", "tar.gz", "zip", "deb", "pkg", "msi"]);

const installerSchema = z.discriminatedUnion(
  "format",
  [
    record("an installer", { format: oneOf(["tar.zst", "tar.gz", "zip"]) }),
    record("an installer", {
      format: z.literal("deb", { error: "deb" }),
      compression: oneOf(["xz", "gzip", "zstd"]).default("xz"),
    }),
    record("an installer", {
      format: z.literal("pkg", { error: "pkg" }),
      identifier: packageIdentifier.describe("What macOS remembers the package by; it never changes"),
      "minimum-system": macosVersion.default("12.0").describe("The lowest macOS that it installs on"),
    }),
    record("an installer", {
      format: z.literal("msi", { error: "msi" }),
      title: sentence("a title", 63).exactOptional().describe("What Windows lists; the product's name when left out"),
      folder: windowsFolder
        .exactOptional()
        .describe("The folder in Program Files; the product's name when left out, and the same in all versions"),
      wsl: z
        .literal("required", { error: "required" })
        .exactOptional()
        .describe("Installs only where there is WSL 2, and says else how to get it; left out: asks for nothing"),
      rollback: z
        .boolean({ error: "true or false" })
        .default(false)
        .describe("A build that replaces newer versions, which every other one refuses to"),
    }),
  ],
  { error: `one of: ${installerFormat.options.join(", ")}` },
);

/** Operating systems that a format can install to. */
export const formatSystems: Readonly<Record<z.infer<typeof installerFormat>, readonly OperatingSystem[]>> = {
  "tar.zst": systems,
  "tar.gz": systems,
  zip: systems,
  deb: ["linux"],
  pkg: ["macos"],
  msi: ["windows"],
};

const targetSchema = record("a target with payload, binaries and installers", {
  payload: payloadSchema,
  binaries: filledList("a list of at least one binary", binarySchema),
  static: z
    .boolean({ error: "true or false" })
    .default(false)
    .describe("Linked statically: needs no library of the system"),
  depends: list("a list of Debian dependencies", dependency).default([]),
  installers: filledList("a list of at least one installer", installerSchema),
}).meta({ id: "target" });

type TargetShape = { readonly [name in TargetName]: z.ZodOptional<typeof targetSchema> };
const targetShape = Object.fromEntries(targetNames.map((name) => [name, targetSchema.optional()])) as TargetShape;

const staging = {
  from: source,
  mode: mode.default("0644"),
  owner: account.default("root"),
  group: account.default("root"),
  only: filledList("a list of at least one operating system", oneOf(systems))
    .default([...systems])
    .describe("Operating systems that get it; all when left out"),
};
export const fileSchema = record("a file with from and to", { ...staging, to: installed });
export const configSchema = record("a file with from and to", { ...staging, to: installedConfig });

export const serviceSchema = record("a service with name, unit and user", {
  name: serviceName.describe("Name of the service; one that ends in @ is a template"),
  unit: sourceEnding(".service", "\\.service").describe("systemd unit, installed as NAME.service"),
  "socket-unit": sourceEnding(".socket", "\\.socket").optional().describe("The .socket unit that activates it"),
  launchd: sourceEnding(".plist", "\\.plist")
    .exactOptional()
    .describe("Property list by which a Mac runs it; left out: it is no service there"),
  user: account.describe("System user it runs as; made at installation, kept after purge"),
  instances: list("a list of instance names", instance)
    .default([])
    .describe("Instances of a template that are enabled and started at installation; none when left out"),
  windows: record("a map with program", {
    program: command.describe("Command of the Windows targets that the service control manager runs"),
    arguments: sentence("arguments", 200).exactOptional(),
    title: sentence("a title", 200).exactOptional().describe("What Windows lists; the service's name when left out"),
    description: sentence("a description", 200).exactOptional().describe("The summary when left out"),
  })
    .exactOptional()
    .describe("How an .msi registers it with Windows; left out: it does not"),
});

export const retiredSchema = record("a retired file with path and since", {
  path: installedConfig,
  since: version.describe("The first version without it"),
  "renamed-to": installedConfig.optional().describe("The configuration file that took its place, and gets its edits"),
});

export const socketSchema = record("a socket with path, owner, group and mode", {
  path: socketPath,
  owner: account,
  group: account,
  mode,
});

const licenceSchema = record("a licence with spdx, holder and from", {
  spdx,
  holder: sentence("the years and holder of the copyright", 200),
  from: source.describe("Text of the licence"),
});

const thirdPartySchema = record("a component with name and licence", {
  name: sentence("a name", 100),
  files: list("a list of installed paths", filePattern)
    .default([])
    .describe("What of the installed files is its own; left out: it is compiled into the programs"),
  licence: licenceSchema,
});

const hooksSchema = {
  "post-install": source.optional().describe("Runs after each installation and upgrade"),
  "pre-remove": source.optional().describe("Runs before the product is removed; cannot prevent it"),
};

/** Windows runs no other scripts by their name. */
const powershell = sourceEnding(".ps1", "\\.ps1");

/** `packaging/<product>/manifest.yaml` as a person writes it; every key in lower case, with dashes. */
export const manifestSchema = record("a manifest: a map that starts with schema, product, version", {
  schema: z.literal(1, { error: "the number 1" }).describe("Revision of this file's structure"),
  product: productId,
  version: version.describe("What is built: a semantic version without +build"),
  epoch: epoch.describe("The only clock of a build: every date in a package is this one"),
  summary,
  description: filledList("a list of at least one paragraph", sentence("a paragraph", 4000)),
  homepage,
  maintainer: record("a maintainer with name and email", { name: personName, email }),
  licence: licenceSchema,
  "third-party": list("a list of components", thirdPartySchema)
    .default([])
    .describe("What is inside that others wrote, and its licences"),
  changes: filledList("a list of at least one change", sentence("a change", 500)).describe(
    "What is new in this version, one line each",
  ),
  features: z
    .record(flagName, z.boolean({ error: "true or false" }), { error: "a map of feature names to true or false" })
    .default({}),
  budget: record("a budget with growth", {
    growth: growth.describe(
      "Most percent by which a target's artifacts may grow over the version that a channel serves",
    ),
  })
    .exactOptional()
    .describe("What a release may cost its users; left out: anything"),
  targets: record("a map of targets", targetShape).refine((value) => Object.keys(value).length > 0, {
    error: "at least one target",
  }),
  configuration: list("a list of configuration files", configSchema)
    .default([])
    .describe("Files that users edit and upgrades keep"),
  "retired-configuration": list("a list of retired files", retiredSchema)
    .default([])
    .describe("Configuration files of earlier versions that are removed or renamed by an upgrade"),
  policies: list("a list of policy files", source).default([]).describe("Installed in usr/share/PRODUCT/policies/"),
  fixtures: list("a list of fixture files", source).default([]).describe("Installed in usr/share/PRODUCT/fixtures/"),
  files: list("a list of files", fileSchema).default([]).describe("Everything else that is installed"),
  services: list("a list of services", serviceSchema).default([]),
  units: list(
    "a list of unit files",
    sourceEnding("one of: .socket, .timer, .path, .target", "\\.(?:socket|timer|path|target)"),
  )
    .default([])
    .describe("systemd units beside those of the services, installed by their own names"),
  sockets: list("a list of sockets", socketSchema)
    .default([])
    .describe("Sockets that the services open, and who may connect"),
  completions: z
    .record(
      completedCommand,
      record("a map of shells to completion files", {
        bash: source.optional(),
        zsh: source.optional(),
        fish: source.optional(),
      }),
      { error: "a map of commands to the completion files of each shell" },
    )
    .default({}),
  manuals: list("a list of manual pages", sourceEnding("its section, such as .1", "\\.[1-9]")).default([]),
  hooks: record("a map of operating systems to hooks", {
    linux: record("a map of hooks to script files", hooksSchema).optional(),
    macos: record("a map of hooks to script files", { "post-install": hooksSchema["post-install"] }).optional(),
    windows: record("a map of hooks to PowerShell scripts", {
      "post-install": powershell.optional().describe("Runs after each installation and upgrade"),
      "pre-remove": powershell.optional().describe("Runs before the product is removed; cannot prevent it"),
    }).optional(),
  })
    .default({})
    .describe("Script lines of the product's own that installers run, by operating system"),
  homebrew: homebrewSchema.exactOptional().describe("How Homebrew has the product; left out: it is in no tap"),
  winget: wingetSchema.exactOptional().describe("How winget has the product; left out: it is in no winget source"),
});

export type Manifest = z.infer<typeof manifestSchema>;
