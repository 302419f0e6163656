import { shorten } from "./printable.ts";
import type { Path } from "./yaml-nodes.ts";

/** `targets.linux-x86_64.binaries[0].from` */
export function fieldName(path: Path): string {
  const name = path.reduce<string>((prefix, step) => {
    if (typeof step === "number") return `${prefix}[${step}]`;
    return prefix === "" ? shorten(step) : `${prefix}.${shorten(step)}`;
  }, "");
  return name === "" ? "manifest" : name;
}
