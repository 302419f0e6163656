/**
 * Where a path of a tree is on a Mac. Everything goes below /usr/local: the rest of /usr is on the system's sealed volume
 * and cannot be written (hier(7), System Integrity Protection), and /etc is a link that an installer must not replace. Its
 * etc, share and man are where the programs of other packages look too.
 */
export function macosPath(path: string): string | undefined {
  if (path === "usr") return undefined;
  if (path.startsWith("usr/")) return `usr/local/${path.slice("usr/".length)}`;
  return path === "etc" || path.startsWith("etc/") ? `usr/local/${path}` : path;
}

/**
 * Where a socket of a manifest is on a Mac. There is no /run, and what is below /var/run is gone after a restart, with the
 * folders that launchd would need to make the socket in.
 */
export function macosSocketPath(path: string): string {
  return `/usr/local/var${path}`;
}
