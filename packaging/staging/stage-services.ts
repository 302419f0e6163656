import { posix } from "node:path";
import type { Mistake } from "../errors.ts";
import type { Product, ProductTarget } from "../manifest/product.ts";
import { sysusersText } from "./accounts.ts";
import { checkActivation, checkInstancesStart, type NamedUnit } from "./check-activation.ts";
import { checkServiceUnit, checkSocketsAreMade, checkSocketUnit, type SocketUnit } from "./check-units.ts";
import { inlineEntry } from "./file-entry.ts";
import type { InputReader } from "./input-file.ts";
import { socketManifestText, tmpfilesText } from "./socket-files.ts";
import type { FileEntry, SymlinkEntry } from "./tree.ts";
import { parseUnit } from "./unit-file.ts";
import { unreadableLines } from "./unit-mistake.ts";

const unitFolder = "usr/lib/systemd/system";

/** Units, checked against the manifest, and the generated files that give them their users, folders and sockets. */
export async function stageServices(
  product: Product,
  target: ProductTarget,
  reader: InputReader,
  mistakes: Mistake[],
): Promise<readonly (FileEntry | SymlinkEntry)[]> {
  const staged: (FileEntry | SymlinkEntry)[] = [];
  const units: NamedUnit[] = [];
  const socketUnits: SocketUnit[] = [];
  const stage = (unit: NamedUnit, instances: readonly string[]) => {
    const { name, source } = unit;
    units.push(unit);
    staged.push(inlineEntry(`${unitFolder}/${name}`, source.text, "service"));
    staged.push(...instances.map((instance) => instanceLink(name, instance)));
    if (!name.endsWith(".socket")) return;
    const socketUnit = { name, instances, source };
    socketUnits.push(socketUnit);
    mistakes.push(...checkSocketUnit(socketUnit, product.sockets));
  };
  const binaries = target.binaries.map((binary) => binary.name);
  for (const service of product.services) {
    const unit = await reader.text("unit", service.unit);
    if (unit !== undefined) {
      mistakes.push(...checkServiceUnit(service, unit, binaries));
      stage({ name: `${service.name}.service`, source: unit }, service.instances);
    }
    const socketUnit =
      service.socketUnit === undefined ? undefined : await reader.text("socket unit", service.socketUnit);
    if (socketUnit !== undefined) stage({ name: `${service.name}.socket`, source: socketUnit }, service.instances);
    mistakes.push(
      ...checkInstancesStart(
        service,
        [unit, socketUnit].filter((it) => it !== undefined),
      ),
    );
  }
  for (const from of product.units) {
    const source = await reader.text("unit", from);
    if (source === undefined) continue;
    stage({ name: posix.basename(from), source }, []);
    if (!from.endsWith(".socket")) mistakes.push(...unreadableLines(parseUnit(source.text), source));
  }
  mistakes.push(...checkActivation(units));
  mistakes.push(...checkSocketsAreMade(socketUnits, product.sockets));
  const generated = [
    [`usr/lib/sysusers.d/${product.id}.conf`, sysusersText(product)],
    [`usr/lib/tmpfiles.d/${product.id}.conf`, tmpfilesText(product)],
    [`usr/share/${product.id}/sockets.json`, socketManifestText(product)],
  ] as const;
  for (const [path, text] of generated) if (text !== undefined) staged.push(inlineEntry(path, text, "service"));
  return staged;
}

/**
 * An instance as systemd knows it: a link to its template. deb-systemd-helper enables only units that have a file, and
 * makes of it the same link that `systemctl enable` does.
 */
function instanceLink(unit: string, instance: string): SymlinkEntry {
  const path = `${unitFolder}/${unit.replace("@.", `@${instance}.`)}`;
  return { type: "symlink", path, target: unit, mode: 0o777, owner: "root", group: "root", part: "service" };
}
