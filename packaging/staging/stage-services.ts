import type { Mistake } from "../errors.ts";
import type { Product, ProductTarget } from "../manifest/product.ts";
import { sysusersText } from "./accounts.ts";
import { checkServiceUnit, checkSocketsAreMade, checkSocketUnit } from "./check-units.ts";
import { inlineEntry } from "./file-entry.ts";
import type { InputReader, InputText } from "./input-file.ts";
import { socketManifestText, tmpfilesText } from "./socket-files.ts";
import type { FileEntry } from "./tree.ts";

/** Units, checked against the manifest, and the generated files that give them their users, folders and sockets. */
export async function stageServices(
  product: Product,
  target: ProductTarget,
  reader: InputReader,
  mistakes: Mistake[],
): Promise<readonly FileEntry[]> {
  const staged: FileEntry[] = [];
  const socketUnits: InputText[] = [];
  const binaries = target.binaries.map((binary) => binary.name);
  for (const service of product.services) {
    const unit = await reader.text("unit", service.unit);
    if (unit !== undefined) {
      mistakes.push(...checkServiceUnit(service, unit, binaries));
      staged.push(inlineEntry(`usr/lib/systemd/system/${service.name}.service`, unit.text, "service"));
    }
    const socketUnit =
      service.socketUnit === undefined ? undefined : await reader.text("socket unit", service.socketUnit);
    if (socketUnit !== undefined) {
      socketUnits.push(socketUnit);
      mistakes.push(...checkSocketUnit(service, socketUnit, product.sockets));
      staged.push(inlineEntry(`usr/lib/systemd/system/${service.name}.socket`, socketUnit.text, "service"));
    }
  }
  mistakes.push(...checkSocketsAreMade(socketUnits, product.sockets));
  const generated = [
    [`usr/lib/sysusers.d/${product.id}.conf`, sysusersText(product)],
    [`usr/lib/tmpfiles.d/${product.id}.conf`, tmpfilesText(product)],
    [`usr/share/${product.id}/sockets.json`, socketManifestText(product)],
  ] as const;
  for (const [path, text] of generated) if (text !== undefined) staged.push(inlineEntry(path, text, "service"));
  return staged;
}
