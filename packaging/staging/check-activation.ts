import type { Mistake } from "../errors.ts";
import type { InputText } from "./input-file.ts";
import { lastValueOf, parseUnit, type Unit, type UnitSetting, valuesOf } from "./unit-file.ts";
import { at } from "./unit-mistake.ts";

/** A unit by the name that it is installed under. */
export interface NamedUnit {
  readonly name: string;
  readonly source: InputText;
}

/**
 * Units that wait for others to exist: what a socket, timer or path starts, and the sockets that a service takes, must be
 * units of the product (systemd.socket(5), Service=; systemd.timer(5) and systemd.path(5), Unit=; systemd.service(5),
 * Sockets=).
 */
export function checkActivation(units: readonly NamedUnit[]): Mistake[] {
  const there = new Set(units.map(({ name }) => name));
  return units.flatMap(({ name, source }) =>
    wanted(name, parseUnit(source.text))
      .filter(({ unit }) => !there.has(withoutInstance(unit)))
      .map(({ unit, setting, verb }) =>
        at(
          source,
          setting,
          `${name} ${verb} ${unit}, and the manifest installs no such unit.`,
          `It installs ${[...there].join(", ")}.`,
        ),
      ),
  );
}

/** An instance is enabled by its [Install] section; without one it would run until the next start of the machine. */
export function checkInstancesStart(
  service: { readonly name: string; readonly instances: readonly string[] },
  sources: readonly InputText[],
): Mistake[] {
  const [first] = sources;
  if (first === undefined || service.instances.length === 0) return [];
  if (sources.some(({ text }) => parseUnit(text).settings.some(({ section }) => section === "Install"))) return [];
  const message = `The manifest has instances of ${service.name} started at installation, and its unit has no [Install].`;
  return [at(first, undefined, message, "Add [Install] with WantedBy=multi-user.target, or take the instances out.")];
}

interface Wanted {
  readonly unit: string;
  readonly setting: UnitSetting | undefined;
  readonly verb: "starts" | "takes";
}

function wanted(name: string, unit: Unit): readonly Wanted[] {
  const dot = name.lastIndexOf(".");
  const [stem, kind] = [name.slice(0, dot), name.slice(dot + 1)];
  switch (kind) {
    case "socket": {
      const setting = lastValueOf(unit, "Socket", "Service");
      const eachConnection = /^(?:1|yes|true|on)$/i.test(lastValueOf(unit, "Socket", "Accept")?.value ?? "");
      const usual = `${stem}${eachConnection && !stem.endsWith("@") ? "@" : ""}.service`;
      return [{ unit: setting?.value ?? usual, setting, verb: "starts" }];
    }
    case "timer":
    case "path": {
      const setting = lastValueOf(unit, kind === "timer" ? "Timer" : "Path", "Unit");
      return [{ unit: setting?.value ?? `${stem}.service`, setting, verb: "starts" }];
    }
    case "service":
      return valuesOf(unit, "Service", "Sockets").flatMap((setting) =>
        setting.value.split(/\s+/).map((socket) => ({ unit: socket, setting, verb: "takes" }) as const),
      );
    default:
      return [];
  }
}

/** `courier@%i.socket` and `courier@hall.socket` are of the template `courier@.socket`. */
function withoutInstance(unit: string): string {
  return unit.replace(/@.*(?=\.[a-z]+$)/, "@");
}
