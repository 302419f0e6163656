import path from "node:path";

/** Where the dev stack's bucket is by default, from the project's folder. */
export const devBucket = path.join(".slipway", "bucket");

/**
 * The absolute path that a person at a command line means. npm runs scripts in the project's folder and says in INIT_CWD
 * where it was called; the default bucket is the project's, wherever that was.
 */
export function callersPath(given: string, environment: Readonly<NodeJS.ProcessEnv> = process.env): string {
  const base = given === devBucket ? undefined : environment["INIT_CWD"];
  return path.resolve(base ?? process.cwd(), given);
}
