import path from "node:path";

/**
 * Another module as a file to be started: `name`, which lies beside the module of this `import.meta.url`, with the ending
 * that this one has. In a checkout that is TypeScript, which Node strips; in the package, which is compiled, JavaScript.
 */
export function beside(moduleUrl: string, name: string): URL {
  return new URL(`${name}${path.extname(new URL(moduleUrl).pathname)}`, moduleUrl);
}
