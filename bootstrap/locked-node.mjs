import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { capture } from "./child.mjs";
import { Refusal } from "./refusal.mjs";
import { isAtLeast } from "./version.mjs";

/** The oldest Node that runs the program where no locked one exists for the machine. */
const OLDEST = "24.0.0";

/**
 * @typedef {object} Node
 * @property {string} executable
 * @property {string} version without a leading v
 * @property {boolean} locked whether it is the one of the lockfile
 */

/**
 * The Node that runs the program: the locked one, else (no package of it for this machine, or one that does not start
 * here: musl) the running one where that is new enough.
 *
 * @param {string} root the clone
 * @returns {Promise<Node>}
 * @throws {Refusal}
 */
export async function findNode(root) {
  const locked = lockedNode(root, process.platform, process.arch);
  if (locked !== undefined && (locked.executable === process.execPath || (await starts(locked)))) return locked;
  const running = process.versions.node;
  if (isAtLeast(running, OLDEST)) return { executable: process.execPath, version: running, locked: false };
  throw new Refusal(
    `No locked Node runs on ${process.platform}-${process.arch}, and this is Node ${running}: install Node 24 or newer, then run the command again.`,
  );
}

/**
 * @param {string} root
 * @param {string} platform
 * @param {string} architecture
 * @returns {Node | undefined} undefined where its package is not installed
 */
export function lockedNode(root, platform, architecture) {
  const name = `node-${platform === "win32" ? "win" : platform}-${architecture}`;
  const folder = join(root, "node_modules", name);
  const description = join(folder, "package.json");
  if (!existsSync(description)) return undefined;
  const { version, bin } = JSON.parse(readFileSync(description, "utf8"));
  return { executable: join(folder, bin.node), version, locked: true };
}

/** @param {Node} node */
async function starts(node) {
  const { code, stdout } = await capture(node.executable, ["--version"], { timeout: 30_000 });
  return code === 0 && stdout.trim() === `v${node.version}`;
}
