import type { Mistake } from "../../errors.ts";
import type { Product, Socket } from "../../manifest/product.ts";
import { type SocketDirectory, socketDirectories } from "../../staging/socket-files.ts";
import { macosSocketPath } from "./installed-path.ts";
import type { LaunchDaemon } from "./launch-daemon.ts";

/** What of a package its scripts set up on a Mac, and take away again: what is no file of it. */
export interface SystemParts {
  readonly product: string;
  readonly identifier: string;
  readonly daemons: readonly LaunchDaemon[];
  /** Users with a group of the same name, and further groups; without root. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** Folders of sockets, parents first, absolute. */
  readonly folders: readonly SocketDirectory[];
  /** Installed paths of configuration, relative; the package has each as `PATH.default`. */
  readonly configuration: readonly string[];
  /** Script lines of the product's own that end the installation. */
  readonly postInstall: string;
}

/** Users and folders come with the services that need them: without one, a package has programs alone. */
export function systemParts(
  product: Product,
  identifier: string,
  daemons: readonly LaunchDaemon[],
  configuration: readonly string[],
  postInstall: string,
): SystemParts {
  const running = product.services.filter(({ name }) => daemons.some(({ label }) => label === `${identifier}.${name}`));
  const sockets = daemons.length === 0 ? [] : product.sockets;
  const users = new Set([...running.map(({ user }) => user), ...sockets.map(({ owner }) => owner)]);
  const groups = new Set(sockets.map(({ group }) => group));
  users.delete("root");
  groups.delete("root");
  for (const user of users) groups.delete(user);
  return {
    product: product.id,
    identifier,
    daemons,
    users: [...users].sort(),
    groups: [...groups].sort(),
    folders: socketFolders(sockets).map((folder) => ({ ...folder, path: macosSocketPath(folder.path) })),
    configuration,
    postInstall,
  };
}

/**
 * As on Linux, but for a folder that holds another: it is root's, since whoever owns it could put a link in the other's place
 * while root sets that up.
 */
function socketFolders(sockets: readonly Socket[]): readonly SocketDirectory[] {
  return socketDirectories(sockets).map((folder, _, all) => {
    const outer = all.some(({ path }) => path.startsWith(`${folder.path}/`));
    return outer ? { ...folder, owner: "root", group: "root", mode: 0o755 } : folder;
  });
}

/** Sockets that their owner could not make: they are in a folder that must be root's. */
export function socketsBesideFolders(sockets: readonly Socket[]): readonly Mistake[] {
  const folders = socketDirectories(sockets).map(({ path }) => path);
  return sockets.flatMap(({ path, owner }): readonly Mistake[] => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const inner = folders.find((other) => other.startsWith(`${folder}/`) && folders.includes(folder));
    if (owner === "root" || inner === undefined) return [];
    const message = `The socket ${path} of ${owner} is beside ${inner}, a folder of sockets; on a Mac what holds such a folder belongs to root.`;
    return [{ code: "SLW-FORMAT", message, hint: `Put the socket into a folder of its own below ${folder}.` }];
  });
}
