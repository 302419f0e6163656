import type { Product } from "../../manifest/product.ts";
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
    folders: socketDirectories(sockets).map((folder) => ({ ...folder, path: macosSocketPath(folder.path) })),
    configuration,
    postInstall,
  };
}
