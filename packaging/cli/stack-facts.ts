import { z } from "zod";
import { askEngine } from "./engine.ts";

const outputs = z.looseObject({
  channel: z.string(),
  archive: z.string(),
  bucket: z.string(),
  url: z.string(),
  archiveKey: z.string(),
  products: z.array(
    z.looseObject({
      product: z.string(),
      version: z.string(),
      folder: z.string(),
      serial: z.number(),
      description: z.array(z.string()),
      artifacts: z.array(z.looseObject({ name: z.string(), size: z.number(), content: z.string() })),
    }),
  ),
});

const history = z.array(z.looseObject({ resourceChanges: z.record(z.string(), z.number()).optional() }));

/** What a stack says of itself after an update. */
export type StackOutputs = z.infer<typeof outputs>;

/** The outputs of a stack's last update, asked of the engine on PATH. */
export async function readOutputs(stack: string): Promise<StackOutputs> {
  return outputs.parse(JSON.parse(await askEngine(["stack", "output", "--json", "--stack", stack])));
}

/** Whether a stack's last update changed any resource. */
export async function lastUpdateChanged(stack: string): Promise<boolean> {
  const text = await askEngine(["stack", "history", "--json", "--page-size", "1", "--stack", stack]);
  const [last] = history.parse(JSON.parse(text));
  return Object.entries(last?.resourceChanges ?? {}).some(([kind, count]) => kind !== "same" && count > 0);
}
