import { byBytes } from "../byte-order.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { Product, Socket } from "../manifest/product.ts";
import { octalMode } from "./describe-entry.ts";

export interface SocketDirectory {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: number;
}

/** The system's own; nothing here makes it. */
const runtimeDirectory: SocketDirectory = { path: "/run", owner: "root", group: "root", mode: 0o755 };

/** tmpfiles.d(5) lines for the sockets' directories; undefined where there are none. */
export function tmpfilesText(product: Product): string | undefined {
  const directories = socketDirectories(product.sockets);
  if (directories.length === 0) return undefined;
  return [
    `# Directories of the sockets of ${product.id}.`,
    ...directories.map(
      ({ path, owner, group, mode }) => `d ${escapeSpecifiers(path)} ${octalMode(mode)} ${owner} ${group} -`,
    ),
    "",
  ].join("\n");
}

/** What the sockets are, for programs that want to connect and for those who check a machine. */
export function socketManifestText(product: Product): string | undefined {
  if (product.sockets.length === 0) return undefined;
  const directories = new Map(socketDirectories(product.sockets).map((directory) => [directory.path, directory]));
  const sockets = [...product.sockets]
    .sort((a, b) => byBytes(a.path, b.path))
    .map((socket) => ({
      path: socket.path,
      owner: socket.owner,
      group: socket.group,
      mode: octalMode(socket.mode),
      directory: describeDirectory(directories.get(folderOf(socket.path)) ?? runtimeDirectory),
    }));
  return canonicalJson({ schema: 1, product: product.id, sockets });
}

function describeDirectory(directory: SocketDirectory) {
  return { ...directory, mode: octalMode(directory.mode) };
}

/** A percent sign begins a specifier in tmpfiles.d(5). */
function escapeSpecifiers(path: string): string {
  return path.replaceAll("%", "%%");
}

/** Every directory between /run and a socket, parents first. */
export function socketDirectories(sockets: readonly Socket[]): readonly SocketDirectory[] {
  const held = new Map<string, Socket[]>();
  for (const socket of sockets) {
    for (let path = folderOf(socket.path); path !== runtimeDirectory.path && path !== ""; path = folderOf(path)) {
      held.set(path, [...(held.get(path) ?? []), socket]);
    }
  }
  return [...held].map(([path, below]) => directoryOf(path, below)).sort((a, b) => byBytes(a.path, b.path));
}

/**
 * Who may connect must be able to reach the socket: one group's sockets sit in a directory that only this group enters;
 * sockets of several groups, or open to all, in one that everybody may pass. Write access is the owner's alone, so
 * nobody in the group can put another socket in its place.
 */
function directoryOf(path: string, sockets: readonly Socket[]): SocketDirectory {
  const owner = only(sockets.map((socket) => socket.owner));
  const group = only(sockets.map((socket) => socket.group));
  const open = sockets.some((socket) => (socket.mode & 0o007) !== 0);
  return {
    path,
    owner: owner ?? "root",
    group: group ?? "root",
    mode: group !== undefined && owner !== undefined && !open ? 0o750 : 0o755,
  };
}

function only(names: readonly string[]): string | undefined {
  const [first, ...others] = new Set(names);
  return others.length === 0 ? first : undefined;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
