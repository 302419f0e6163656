import { byBytes } from "../byte-order.ts";
import type { Product } from "../manifest/product.ts";

/**
 * sysusers.d(5) lines for the users that services run as and sockets belong to, and for further groups of sockets; root
 * is never made. Undefined where nothing is to be made.
 */
export function sysusersText(product: Product): string | undefined {
  const users = new Set([
    ...product.services.map((service) => service.user),
    ...product.sockets.map((socket) => socket.owner),
  ]);
  const groups = new Set(product.sockets.map((socket) => socket.group));
  users.delete("root");
  groups.delete("root");
  // A `u` line makes the group of the same name too.
  for (const user of users) groups.delete(user);
  if (users.size + groups.size === 0) return undefined;
  return [
    `# System users and groups of ${product.id}.`,
    ...[...users].sort(byBytes).map((user) => `u ${user} - "${product.id} service"`),
    ...[...groups].sort(byBytes).map((group) => `g ${group} -`),
    "",
  ].join("\n");
}
