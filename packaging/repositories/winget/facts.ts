import type { MsiInstaller, Product } from "../../manifest/product.ts";
import type { WingetFacts } from "../../record/repository-facts.ts";
import { targets } from "../../targets.ts";

/** What the record of a product tells for winget: its section of the manifest, with what is left out filled in. */
export function wingetFactsOf(product: Product): WingetFacts | undefined {
  const { winget, id, maintainer, summary } = product;
  if (winget === undefined) return undefined;
  const windows = product.targets.filter(({ name }) => targets[name].os === "windows");
  const msi = windows.flatMap(({ installers }) => installers.filter(isMsi))[0];
  const { identifier, publisher = maintainer.name, name = msi?.title ?? id, moniker, tags } = winget;
  const commands = windows.flatMap(({ binaries }) => binaries.map((binary) => binary.name.replace(/\.exe$/, "")));
  return {
    identifier,
    publisher,
    name,
    ...(moniker !== undefined && { moniker }),
    tags,
    shortDescription: winget.shortDescription ?? summary,
    commands: [...new Set(commands)],
    ...(msi?.wsl === "required" && { wsl: true as const }),
  };
}

function isMsi(installer: { readonly format: string }): installer is MsiInstaller {
  return installer.format === "msi";
}
