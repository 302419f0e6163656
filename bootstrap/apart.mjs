import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasOwnStack, isOwnBackend } from "./backend.mjs";
import { capture } from "./child.mjs";
import { Refusal } from "./refusal.mjs";
import { LOCAL, ROOT } from "./repository.mjs";

const SALT = /^encryptionsalt:.*\n?/gm;

/**
 * Lets a stack whose state is elsewhere be previewed by who may not read it, as for a pull request from a fork: apart,
 * from the clone's own state, in which the stack begins empty, with the settings of its file. The salt in the file belongs
 * to a passphrase that is not here, so pulumi gets a copy with one of this clone's. Nothing but `.slipway` is changed.
 *
 * @param {string} pulumi the engine's executable
 * @param {NodeJS.ProcessEnv} env a prepared environment
 * @param {string} stack
 * @returns {Promise<string[]>} more arguments for `pulumi preview`; none where the stack's state is at hand
 */
export async function apart(pulumi, env, stack) {
  const shared = join(ROOT, "stacks", `Pulumi.${stack}.yaml`);
  const folder = join(LOCAL, "apart");
  const copy = join(folder, `Pulumi.${stack}.yaml`);
  if (!isOwnBackend(env) || !existsSync(shared) || (hasOwnStack(stack) && !existsSync(copy))) return [];
  mkdirSync(folder, { recursive: true });
  // A project of the same name, so that the stack is the same one; pulumi writes its new salt beside it.
  const name = /^name:.*$/m.exec(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8"))?.[0] ?? "";
  writeFileSync(join(folder, "Pulumi.yaml"), `${name}\nruntime: nodejs\n`);
  if (!hasOwnStack(stack)) {
    writeFileSync(copy, "");
    const args = ["stack", "init", stack, "--no-select", "--non-interactive", "--cwd", folder];
    const { code, stderr } = await capture(pulumi, args, { cwd: ROOT, env });
    if (code !== 0) throw new Refusal(`pulumi stack init ${stack} ended with exit code ${code}:\n  ${stderr.trim()}`);
  }
  const salt = readFileSync(copy, "utf8").match(SALT)?.join("") ?? "";
  writeFileSync(copy, salt + readFileSync(shared, "utf8").replace(SALT, ""));
  console.error(`stack ${stack} is previewed apart: PULUMI_BACKEND_URL names no state of it, so it begins empty`);
  return ["--config-file", copy];
}
