import { build } from "plist";
import { z } from "zod";
import type { Mistake } from "../../errors.ts";
import type { Service, Socket } from "../../manifest/product.ts";
import { octalMode } from "../../staging/describe-entry.ts";
import type { InputText } from "../../staging/input-file.ts";
import type { Tree } from "../../staging/tree.ts";
import { at } from "../../staging/unit-mistake.ts";
import { macosPath, macosSocketPath } from "./installed-path.ts";
import { type PlistDict, readPropertyList, textsOf } from "./property-list.ts";

/** A service as launchd runs it, launchd.plist(5). */
export interface LaunchDaemon {
  readonly label: string;
  /** What is installed as `Library/LaunchDaemons/LABEL.plist`. */
  readonly text: string;
  /** Sockets that launchd makes, and for whom: launchd wants numbers, which only the Mac knows. */
  readonly sockets: readonly { readonly keyPath: string; readonly owner: string; readonly group: string }[];
  /** Files that it logs to and cannot make: launchd opens them as its user, in a folder of root. */
  readonly logs: readonly { readonly path: string; readonly owner: string }[];
}

export interface DaemonFacts {
  readonly product: string;
  /** Of the package. */
  readonly identifier: string;
  readonly service: Service;
  readonly sockets: readonly Socket[];
  /** Names of the commands that are installed. */
  readonly commands: readonly string[];
  /** As it was staged, with paths of Linux. */
  readonly tree: Tree;
}

const text = z.string({ error: "a <string>" });
const integer = z.int({ error: "an <integer>" });
const socketShape = z.looseObject(
  {
    SockPathName: text.exactOptional(),
    SockPathMode: integer.exactOptional(),
    SockPathOwner: z.never({ error: "nothing: the manifest's sockets say it" }).exactOptional(),
    SockPathGroup: z.never({ error: "nothing: the manifest's sockets say it" }).exactOptional(),
  },
  { error: "a <dict>" },
);
const listShape = z.looseObject({
  Label: text.exactOptional(),
  UserName: text.exactOptional(),
  Program: text.exactOptional(),
  ProgramArguments: z
    .array(text, { error: "an <array> of <string>" })
    .min(1, { error: "an <array> of at least one <string>" })
    .exactOptional(),
  StandardErrorPath: text.exactOptional(),
  StandardOutPath: text.exactOptional(),
  Sockets: z
    .record(
      z.string().regex(/^[A-Za-z0-9_-]+$/, { error: "a name of letters, digits, _ and -" }),
      z.union([socketShape, z.array(socketShape)], { error: "a <dict>" }),
      { error: "a <dict>" },
    )
    .exactOptional(),
});
type PropertyList = z.infer<typeof listShape>;

/** Keys that start a service; `RunAtLoad` does where it is true. */
const triggers = [
  "KeepAlive",
  "LaunchEvents",
  "MachServices",
  "QueueDirectories",
  "Sockets",
  "StartCalendarInterval",
  "StartInterval",
  "StartOnMount",
  "WatchPaths",
];

/**
 * The property list of a service as it is installed: as it was written, with what the manifest says filled in (label, user,
 * the sockets' modes) and a file for what it logs. What contradicts the manifest, or would not work on a Mac, is a mistake.
 */
export function planDaemon(facts: DaemonFacts, source: InputText): LaunchDaemon | { readonly mistakes: Mistake[] } {
  const read = readPropertyList(source.text);
  if ("wrong" in read) {
    return { mistakes: [at(source, undefined, read.wrong, "Start from a list that `plutil -lint` accepts.")] };
  }
  const parsed = listShape.safeParse(read.list);
  if (!parsed.success) {
    return {
      mistakes: parsed.error.issues.map(innermost).map(({ path, message }) => {
        const key = String(path.findLast((step) => typeof step === "string"));
        return mistake(source, key, `${path.join(".")}: expected ${message}.`);
      }),
    };
  }
  const { data: list } = parsed;
  const label = `${facts.identifier}.${facts.service.name}`;
  const mistakes = [
    ...contradictions(facts, label, list, source),
    ...wrongProgram(facts, list, source),
    ...neverStarts(list, source),
    ...linuxPaths(facts, list, source),
    ...wrongSockets(facts, list, source),
    ...wrongLogs(facts, list, source),
  ];
  return mistakes.length > 0 ? { mistakes } : daemonOf(facts, label, list);
}

/** Of a socket, or a key, what exactly is wrong with it. */
function innermost(issue: z.core.$ZodIssue): Pick<z.core.$ZodIssue, "path" | "message"> {
  const inner = issue.code === "invalid_union" ? issue.errors.flat() : issue.code === "invalid_key" ? issue.issues : [];
  const [first] = inner.map(innermost).sort((a, b) => b.path.length - a.path.length);
  return first === undefined ? issue : { path: [...issue.path, ...first.path], message: first.message };
}

function* contradictions(
  { service }: DaemonFacts,
  label: string,
  { Label = label, UserName = service.user }: PropertyList,
  source: InputText,
): Generator<Mistake> {
  if (Label !== label) {
    yield mistake(source, "Label", `Label is ${Label}, and the manifest makes it ${label}: package and service.`);
  }
  if (UserName !== service.user) {
    yield mistake(source, "UserName", `UserName is ${UserName}, and the manifest says ${service.user}.`);
  }
}

function* wrongProgram({ service, commands }: DaemonFacts, list: PropertyList, source: InputText): Generator<Mistake> {
  const program = programOf(list);
  const installed = commands.map((name) => `/usr/local/bin/${name}`);
  if (program !== undefined && installed.includes(program)) return;
  const key = list.Program === undefined ? "ProgramArguments" : "Program";
  const starts = program === undefined ? "has no ProgramArguments" : `starts ${program}`;
  yield mistake(source, key, `${service.name} ${starts}; the package installs ${installed.join(", ")}.`);
}

function programOf({ Program, ProgramArguments }: PropertyList): string | undefined {
  return Program ?? ProgramArguments?.[0];
}

function* neverStarts(list: PropertyList, source: InputText): Generator<Mistake> {
  if (list["RunAtLoad"] === true || triggers.some((key) => list[key] !== undefined && list[key] !== false)) return;
  yield at(source, undefined, "Nothing starts the service.", "Say RunAtLoad, KeepAlive, Sockets or StartInterval.");
}

const shared = new Set(["usr", "usr/bin", "usr/lib", "usr/share", "etc"]);

/** Paths that the package has, as Linux has them: on a Mac there is nothing at them. */
function* linuxPaths({ tree, sockets }: DaemonFacts, list: PropertyList, source: InputText): Generator<Mistake> {
  const files = tree.entries.filter(({ path }) => !shared.has(path)).map(({ path }) => path);
  const moved = new Map([
    ...files.map((path) => [`/${path}`, `/${macosPath(path)}`] as const),
    ...sockets.map(({ path }) => [path, macosSocketPath(path)] as const),
  ]);
  const program = programOf(list);
  for (const { key, text } of textsOf(list as PlistDict)) {
    if (text === program) continue;
    for (const [path] of text.matchAll(/\/(?:usr|etc|run)\/[^\s"'=:,;]*[^\s"'=:,;/]/g)) {
      const there = moved.get(path);
      if (there === undefined) continue;
      yield mistake(source, path, `${key}: ${path} is ${there} on a Mac.`);
    }
  }
}

function* wrongSockets({ sockets }: DaemonFacts, list: PropertyList, source: InputText): Generator<Mistake> {
  for (const { entry } of socketsOf(list)) {
    const { SockPathName: path, SockPathMode: mode } = entry;
    if (path === undefined) continue;
    const socket = sockets.find((candidate) => macosSocketPath(candidate.path) === path);
    if (socket === undefined) {
      const known = sockets.map((candidate) => macosSocketPath(candidate.path)).join(", ");
      yield mistake(
        source,
        path,
        `SockPathName: ${path} is no socket of the manifest; on a Mac those are ${known || "none"}.`,
      );
    } else if (mode !== undefined && mode !== socket.mode) {
      const says = `${socket.mode} (${octalMode(socket.mode)})`;
      yield mistake(source, "SockPathMode", `SockPathMode of ${path} is ${mode}, and the manifest says ${says}.`);
    }
  }
}

/**
 * launchd opens a log as the service's user, and where it cannot, the service does not start. So the installation makes it,
 * in the product's folder: before the service starts there is nobody else to make one elsewhere.
 */
function* wrongLogs({ product, service }: DaemonFacts, list: PropertyList, source: InputText): Generator<Mistake> {
  if (service.user === "root") return;
  for (const key of logKeys) {
    const path = list[key];
    if (path === undefined || path === noLog || isLogOf(product, path)) continue;
    const message = `${key}: ${service.user} could not make ${path}, and nothing else would before the service starts.`;
    const hint = `Name a file in ${logFolder(product)}/, of letters, digits, ., _ and -, or ${noLog}; or leave it out.`;
    yield mistake(source, key, message, hint);
  }
}

const logKeys = ["StandardErrorPath", "StandardOutPath"] as const;
const noLog = "/dev/null";

function isLogOf(product: string, path: string): boolean {
  const folder = `${logFolder(product)}/`;
  return path.startsWith(folder) && /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(path.slice(folder.length));
}

type SocketEntry = z.infer<typeof socketShape>;

function socketsOf({ Sockets = {} }: PropertyList): readonly { keyPath: string; entry: SocketEntry }[] {
  return Object.entries(Sockets).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.map((entry, index) => ({ keyPath: `Sockets.${name}.${index}`, entry }))
      : [{ keyPath: `Sockets.${name}`, entry: value }],
  );
}

function daemonOf({ product, service, sockets }: DaemonFacts, label: string, list: PropertyList): LaunchDaemon {
  const socketOf = ({ SockPathName: path }: SocketEntry) =>
    sockets.find((candidate) => path === macosSocketPath(candidate.path));
  const filled = (entry: SocketEntry) => {
    const socket = socketOf(entry);
    // Root's until postinstall, which knows the numbers.
    return socket === undefined ? entry : { ...entry, SockPathMode: socket.mode, SockPathOwner: 0, SockPathGroup: 0 };
  };
  const { Label: _, Sockets, ...rest } = list;
  const named = logKeys.flatMap((key) => list[key] ?? []);
  const StandardErrorPath = `${logFolder(product)}/${service.name}.log`;
  const logs = named.length > 0 ? named : [StandardErrorPath];
  const whole = {
    Label: label,
    ...rest,
    ...(service.user !== "root" && { UserName: service.user }),
    ...(Sockets !== undefined && {
      Sockets: Object.fromEntries(
        Object.entries(Sockets).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.map(filled) : filled(value),
        ]),
      ),
    }),
    ...(named.length === 0 && { StandardErrorPath }),
  };
  return {
    label,
    text: `${build(whole as Parameters<typeof build>[0])}\n`,
    sockets: socketsOf(list).flatMap(({ keyPath, entry }) => {
      const socket = socketOf(entry);
      return socket === undefined ? [] : [{ keyPath, owner: socket.owner, group: socket.group }];
    }),
    logs:
      service.user === "root"
        ? []
        : [...new Set(logs)].filter((path) => path !== noLog).map((path) => ({ path, owner: service.user })),
  };
}

/** Logs that services of several users name: a file has one owner, and another's service would not start. */
export function sharedLogs(daemons: readonly LaunchDaemon[]): readonly Mistake[] {
  const owners = new Map<string, string>();
  return daemons.flatMap(({ label, logs }) =>
    logs.flatMap(({ path, owner }): readonly Mistake[] => {
      const first = owners.get(path) ?? owner;
      owners.set(path, first);
      if (first === owner) return [];
      const message = `${label} logs to ${path} as ${owner}, and another service does as ${first}.`;
      return [{ code: "SLW-STAGING", message, hint: "Name a log of its own in the property list of each." }];
    }),
  );
}

/** Where the Console shows what services of the whole system log. */
export function logFolder(product: string): string {
  return `/Library/Logs/${product}`;
}

const agree = "The manifest says what users are told, the property list what happens: make them agree.";

/** A mistake where a key, or another text of the file, first stands. */
function mistake(source: InputText, needle: string, message: string, hint = agree): Mistake {
  const key = source.text.indexOf(`<key>${needle}</key>`);
  const index = key === -1 ? source.text.indexOf(needle) : key + "<key>".length;
  if (index === -1) return at(source, undefined, message, hint);
  const before = source.text.slice(0, index).split("\n");
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  return at(source, { section: "", key: needle, value: needle, ...place }, message, hint);
}
