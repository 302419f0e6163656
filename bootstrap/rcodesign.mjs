import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The stacks of a checkout whose files name an identity that signs programs for Macs. It looks for the words alone, since the
 * doctor has no packages, a parser of YAML among them, before they are installed.
 *
 * @param {string} root the checkout
 * @returns {Promise<string[]>} files such as `stacks/Pulumi.candidate.yaml`, sorted
 */
export async function wantRcodesign(root) {
  const names = await readdir(join(root, "stacks")).catch(() => []);
  /** @type {string[]} */
  const wanting = [];
  for (const name of names.sort()) {
    if (!/^Pulumi\..+\.yaml$/.test(name)) continue;
    if (namesApplication(await readFile(join(root, "stacks", name), "utf8"))) wanting.push(`stacks/${name}`);
  }
  return wanting;
}

/**
 * @param {string} text of a stack's file
 * @returns {boolean}
 */
function namesApplication(text) {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, ""));
  const start = lines.findIndex((line) => /^\s*["']?slipway:keys["']?\s*:/.test(line));
  const [first = "", ...rest] = start < 0 ? [] : lines.slice(start);
  const depth = first.search(/\S/);
  const end = rest.findIndex((line) => /\S/.test(line) && line.search(/\S/) <= depth);
  const block = [first, ...(end < 0 ? rest : rest.slice(0, end))].join("\n");
  return /(^|[\s{,])["']?application["']?\s*:/m.test(block);
}
