import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

/** What dpkg, apt, systemd-analyze and the account tools keep for themselves. */
const bookkeeping =
  /^(?:proc|run\/systemd|var\/log|var\/cache\/(?:apt|debconf)|var\/lib\/(?:apt|dpkg)|etc\/(?:passwd|group|shadow|gshadow|subuid|subgid)-)(?:\/|$)/;

/** Every path of a machine, whatever it is, but for that. */
export async function everything(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => relative(root, join(entry.parentPath, entry.name)));
  return paths.filter((path) => !bookkeeping.test(path)).sort();
}
