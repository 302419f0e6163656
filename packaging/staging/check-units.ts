import type { Mistake } from "../errors.ts";
import { excerpt } from "../manifest/excerpt.ts";
import type { Service, Socket } from "../manifest/product.ts";
import { octalMode } from "./describe-entry.ts";
import type { InputText } from "./input-file.ts";
import { lastValueOf, parseUnit, type Unit, type UnitSetting, valuesOf } from "./unit-file.ts";

const hint = "The manifest says what users are told, the unit what happens: make them agree.";

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

/** What in a `.socket` unit contradicts the manifest: each socket that it listens on, its owner, group and mode. */
export function checkSocketUnit(service: Service, source: InputText, sockets: readonly Socket[]): Mistake[] {
  const unit = parseUnit(source.text);
  const name = `${service.name}.socket`;
  const mistakes = unreadableLines(unit, source);
  for (const listen of listensOf(unit)) {
    const path = expand(listen.value);
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
export function checkSocketsAreMade(sources: readonly InputText[], sockets: readonly Socket[]): Mistake[] {
  const [first] = sources;
  if (first === undefined) return [];
  const made = new Set(
    sources.flatMap((source) => listensOf(parseUnit(source.text)).map(({ value }) => expand(value))),
  );
  return sockets
    .filter((socket) => !made.has(socket.path))
    .map((socket) => at(first, undefined, `The manifest's socket ${socket.path} is in no ListenStream= of a unit.`));
}

/** Only sockets in the file system: ports and abstract names have no owner or mode. */
function listensOf(unit: Unit): readonly UnitSetting[] {
  return valuesOf(unit, "Socket", "ListenStream", "ListenDatagram", "ListenSequentialPacket").filter(({ value }) =>
    /^[/%]/.test(value),
  );
}

/** `%t` is /run in units of the system (systemd.unit(5), "Specifiers"). */
function expand(value: string): string {
  return value.replaceAll(/%[%t]/g, (specifier) => (specifier === "%t" ? "/run" : "%"));
}

/** The first word of a command line, without the prefixes of systemd.service(5), "Command lines". */
function programOf(commandLine: string): string {
  const words = /^[@\-:+!|]*\s*(?:"([^"]*)"|'([^']*)'|(\S*))/.exec(commandLine);
  return words?.[1] ?? words?.[2] ?? words?.[3] ?? "";
}

function normalMode(value: string): string {
  return /^[0-7]{1,5}$/.test(value) ? octalMode(Number.parseInt(value, 8)) : value;
}

function unreadableLines(unit: Unit, source: InputText): Mistake[] {
  return unit.unreadable.map(({ line, text }) => ({
    code: "SLW-STAGING",
    message: `expected a [Section] or Key=value, found ${JSON.stringify(text.slice(0, 80))}`,
    place: { file: source.shown, line, column: 1 },
    excerpt: excerpt(source.text.split("\n"), { line, column: 1, width: text.length }, undefined),
  }));
}

/** A mistake at a setting's value, or about the whole unit: at its first line. */
function at(source: InputText, setting: UnitSetting | undefined, message: string): Mistake {
  if (setting === undefined) {
    return { code: "SLW-STAGING", message, place: { file: source.shown, line: 1, column: 1 }, hint };
  }
  const { line, column, value } = setting;
  const shown = excerpt(source.text.split("\n"), { line, column, width: value.length }, undefined);
  return { code: "SLW-STAGING", message, place: { file: source.shown, line, column }, excerpt: shown, hint };
}
