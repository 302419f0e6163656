import { z } from "zod";
import { SlipwayError } from "../errors.ts";
import { run } from "../process.ts";
import { refuseUnknownModules } from "./modules.ts";
import { refuseNewerState } from "./state-schema.ts";

const exported = z.object({
  deployment: z.object({
    resources: z
      .array(z.object({ urn: z.string(), type: z.string(), outputs: z.record(z.string(), z.unknown()).optional() }))
      .optional(),
  }),
});

/** Our type tokens, as `components/providers/resource.ts` makes them. */
const ownType = "pulumi-nodejs:dynamic/slipway:";

/**
 * Refuses (SLW-STATE-NEWER) a stack of which any resource was written by newer code. The engine asks no provider about a
 * resource that the program has dropped or that is retained, so the state itself is read, by the engine's own program.
 * Where that cannot be run, nothing is said here: the resources that are asked still refuse for themselves.
 */
export async function refuseNewerResources(stack: string): Promise<void> {
  const text = await exportState(stack);
  if (text !== undefined) refuseNewerIn(text);
}

/** The same for a state as `pulumi stack export` prints it. */
export function refuseNewerIn(text: string): void {
  const { deployment } = exported.parse(JSON.parse(text));
  for (const { urn, type, outputs = {} } of deployment.resources ?? []) {
    if (!type.startsWith(ownType)) continue;
    const name = urn.slice(urn.lastIndexOf("::") + 2);
    refuseUnknownModules(modulesIn(String(outputs["__provider"] ?? "")));
    refuseNewerState(name, outputs);
  }
}

async function exportState(stack: string): Promise<string | undefined> {
  const environment = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
  try {
    const args = ["stack", "export", "--stack", stack];
    return (await run({ file: "pulumi", args, environment, timeoutSeconds: 60 })).stdout;
  } catch (error) {
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}

/** A stored provider is a text that names its module. */
function modulesIn(provider: string): readonly string[] {
  return [...new Set(provider.match(/slipway\/lifecycle\/[a-z0-9-]+/g) ?? [])];
}
