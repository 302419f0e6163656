import type { Mistake } from "../errors.ts";
import type { Service, Socket } from "../manifest/product.ts";
import { octalMode } from "./describe-entry.ts";
import type { InputText } from "./input-file.ts";
import { lastValueOf, parseUnit, type Unit, type UnitSetting, valuesOf } from "./unit-file.ts";
import { at, unreadableLines } from "./unit-mistake.ts";

/** What in a service's unit contradicts the manifest: its user, and the program that it starts. */
export function checkServiceUnit(service: Service, source: InputText, binaries: readonly string[]): Mistake[] {
  const unit = parseUnit(source.text);
  const mistakes = unreadableLines(unit, source);
  const user = lastValueOf(unit, "Service", "User");
  if ((user?.value ?? "root") !== service.user) {
    const says = user === undefined ? "has no User=, so it runs as root" : `runs as ${user.value}`;
    mistakes.push(at(source, user, `${service.name}.service ${says}, and the manifest says ${service.user}.`));
  }
  const starts = valuesOf(unit, "Service", "ExecStart");
  if (starts.length === 0) mistakes.push(at(source, undefined, `${service.name}.service has no ExecStart=.`));
  for (const start of starts) {
    const program = programOf(start.value);
    if (binaries.some((name) => program === `/usr/bin/${name}` || program === `/bin/${name}` || program === name)) {
      continue;
    }
    const installed = binaries.map((name) => `/usr/bin/${name}`).join(", ");
    mistakes.push(at(source, start, `${service.name}.service starts ${program}; the package installs ${installed}.`));
  }
  return mistakes;
}

/** A `.socket` unit by the name that it is installed under; of a template, with the instances that are installed. */
export interface SocketUnit {
  readonly name: string;
  readonly instances: readonly string[];
  readonly source: InputText;
}

/** What in a `.socket` unit contradicts the manifest: each socket that it listens on, its owner, group and mode. */
export function checkSocketUnit({ name, instances, source }: SocketUnit, sockets: readonly Socket[]): Mistake[] {
  const unit = parseUnit(source.text);
  const mistakes = unreadableLines(unit, source);
  for (const { listen, path } of listensOf(unit, instances)) {
    const socket = sockets.find((candidate) => candidate.path === path);
    if (socket === undefined) {
      mistakes.push(at(source, listen, `${name} listens on ${path}, and the manifest has no such socket.`));
      continue;
    }
    const owner = lastValueOf(unit, "Socket", "SocketUser");
    const group = lastValueOf(unit, "Socket", "SocketGroup");
    const mode = lastValueOf(unit, "Socket", "SocketMode");
    // Defaults of systemd.socket(5).
    const found = [
      { key: "SocketUser", setting: owner, is: owner?.value ?? "root", says: socket.owner },
      { key: "SocketGroup", setting: group, is: group?.value ?? owner?.value ?? "root", says: socket.group },
      { key: "SocketMode", setting: mode, is: normalMode(mode?.value ?? "0666"), says: octalMode(socket.mode) },
    ];
    for (const { key, setting, is, says } of found) {
      if (is === says) continue;
      const how = setting === undefined ? `is ${is} where it is not given` : `is ${is}`;
      mistakes.push(at(source, setting ?? listen, `${key} of ${path} ${how}, and the manifest says ${says}.`));
    }
  }
  return mistakes;
}

/** Sockets of the manifest that none of the given `.socket` units makes. */
export function checkSocketsAreMade(units: readonly SocketUnit[], sockets: readonly Socket[]): Mistake[] {
  const [first] = units;
  if (first === undefined) return [];
  const made = new Set(
    units.flatMap(({ source, instances }) => listensOf(parseUnit(source.text), instances).map(({ path }) => path)),
  );
  return sockets
    .filter((socket) => !made.has(socket.path))
    .map((socket) =>
      at(first.source, undefined, `The manifest's socket ${socket.path} is in no ListenStream= of a unit.`),
    );
}

/**
 * Only sockets in the file system: ports and abstract names have no owner or mode. A path with the instance's name in it
 * is one for each instance that is installed; where those are made later, by an administrator, nothing can be said.
 */
function listensOf(unit: Unit, instances: readonly string[]): readonly { listen: UnitSetting; path: string }[] {
  return valuesOf(unit, "Socket", "ListenStream", "ListenDatagram", "ListenSequentialPacket")
    .filter(({ value }) => /^[/%]/.test(value))
    .flatMap((listen) => {
      const named = /(?<!%)(?:%%)*%[iI]/.test(listen.value) ? instances : [""];
      return named.map((instance) => ({ listen, path: expand(listen.value, instance) }));
    });
}

/** `%t` is /run in units of the system, `%i` the instance (systemd.unit(5), "Specifiers"). */
function expand(value: string, instance: string): string {
  return value.replaceAll(/%[%tiI]/g, (specifier) => {
    if (specifier === "%%") return "%";
    return specifier === "%t" ? "/run" : instance;
  });
}

/** The first word of a command line, without the prefixes of systemd.service(5), "Command lines". */
function programOf(commandLine: string): string {
  const words = /^[@\-:+!|]*\s*(?:"([^"]*)"|'([^']*)'|(\S*))/.exec(commandLine);
  return words?.[1] ?? words?.[2] ?? words?.[3] ?? "";
}

function normalMode(value: string): string {
  return /^[0-7]{1,5}$/.test(value) ? octalMode(Number.parseInt(value, 8)) : value;
}
