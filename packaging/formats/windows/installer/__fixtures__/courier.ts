import { fileEntry, inlineEntry } from "../../../../staging/file-entry.ts";
import { growTree } from "../../../../staging/grow-tree.ts";
import { inlineBytes } from "../../../../staging/input-file.ts";
import type { MsiOptions } from "../options.ts";
import { programBytes } from "./program.ts";

/** A product that has nothing but files. */
export const courier: MsiOptions = {
  kind: "msi",
  product: "courier",
  title: "Courier",
  manufacturer: "Zoë Courier",
  homepage: "https://courier.example",
  version: "1.2.0",
  architecture: "x64",
  folder: "Courier",
  path: "bin",
  requirements: [],
  services: [],
  downgrades: "refused",
};

const program = inlineBytes(programBytes("1.2.0.7", 1031));

/** Its files: a program with a version, a script, a configuration file, and a text. */
export const courierTree = growTree([
  fileEntry("bin/courier.exe", program, { part: "bin", mode: 0o755 }),
  inlineEntry("bin/courier-bridge.ps1", "Write-Output 1\n", "bin"),
  fileEntry("etc/courier/courier.toml", inlineBytes(Buffer.from("level = 1\n")), { part: "bin", config: true }),
  inlineEntry("share/doc/courier/LICENSE", "Do as you like.\n", "bin"),
]);
