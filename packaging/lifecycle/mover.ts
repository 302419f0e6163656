import { userInfo } from "node:os";

/** Who moves a channel, for its journal: the workflow run that does it, else the user of this machine. */
export function mover(environment: NodeJS.ProcessEnv = process.env): string {
  const { GITHUB_ACTOR: actor, GITHUB_WORKFLOW: workflow } = environment;
  if (actor !== undefined) return workflow === undefined ? actor : `${actor} (${workflow})`;
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as in some containers.
    return "unknown";
  }
}
