import type { Mistake } from "../errors.ts";
import type { Product, ProductTarget } from "../manifest/product.ts";
import { type OperatingSystem, targets } from "../targets.ts";
import { fileEntry, inlineEntry } from "./file-entry.ts";
import type { InputReader } from "./input-file.ts";
import { compressManual, manualPath } from "./manual-page.ts";
import type { FileEntry } from "./tree.ts";

/** Where each shell looks for a vendor's completions of a command; zsh has a vendor's folder in Debian alone. */
const completionPaths = {
  bash: (command: string) => `usr/share/bash-completion/completions/${command}`,
  zsh: (command: string, system: OperatingSystem) =>
    `usr/share/zsh/${system === "linux" ? "vendor-completions" : "site-functions"}/_${command}`,
  fish: (command: string) => `usr/share/fish/vendor_completions.d/${command}.fish`,
} as const;

/** Shell completions of the commands that the target has, named for the command that they complete. */
export async function stageCompletions(
  product: Product,
  target: ProductTarget,
  reader: InputReader,
): Promise<readonly FileEntry[]> {
  const staged: FileEntry[] = [];
  const system = targets[target.name].os;
  for (const { name } of target.binaries) {
    const completions = product.completions[name];
    for (const shell of ["bash", "zsh", "fish"] as const) {
      const from = completions?.[shell];
      const input = from === undefined ? undefined : await reader.file(`${shell} completion`, from);
      if (input !== undefined) staged.push(fileEntry(completionPaths[shell](name, system), input, { part: "service" }));
    }
  }
  return staged;
}

/** Manual pages, compressed. They belong to the part with the programs, which Debian wants documented. */
export async function stageManuals(
  product: Product,
  reader: InputReader,
  mistakes: Mistake[],
): Promise<readonly FileEntry[]> {
  const staged: FileEntry[] = [];
  for (const from of product.manuals) {
    const path = manualPath(from);
    if (path === undefined) {
      mistakes.push({
        code: "SLW-STAGING",
        message: `manual page ${from}: expected a name that ends in its section, such as runtime.1.`,
        source: { path: from },
      });
      continue;
    }
    const input = await reader.text("manual page", from);
    if (input !== undefined) staged.push(inlineEntry(path, compressManual(input.text), "bin"));
  }
  return staged;
}
