/**
 * The stack that a pulumi command line names: `--stack NAME`, `--stack=NAME`, `-s NAME`, `-sNAME`. The last one counts,
 * as it does for pulumi.
 *
 * @param {readonly string[]} args
 * @returns {string | undefined}
 */
export function namedStack(args) {
  /** @type {string | undefined} */
  let found;
  for (const [at, arg] of args.entries()) {
    if (arg === "--") break;
    if (arg === "--stack" || arg === "-s") found = args[at + 1];
    else found = /^(?:--stack=|-s=?)(.+)$/.exec(arg)?.[1] ?? found;
  }
  return found;
}
