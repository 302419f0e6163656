import { z } from "zod";
import { refusal } from "../errors.ts";
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

/** The outputs of a stack's last update, asked of the engine on PATH. Refuses (SLW-COMMAND) where no update published anything. */
export async function readOutputs(stack: string): Promise<StackOutputs> {
  const found = outputs.safeParse(JSON.parse(await askEngine(["stack", "output", "--json", "--stack", stack])));
  if (found.success) return found.data;
  throw refusal("SLW-COMMAND", `No update of stack ${stack} has published anything yet.`, {
    hint: "npm start updates dev; npm run pulumi -- up --stack NAME any other.",
  });
}

/** Whether a stack's last update changed any resource. */
export async function lastUpdateChanged(stack: string): Promise<boolean> {
  const text = await askEngine(["stack", "history", "--json", "--page-size", "1", "--stack", stack]);
  const [last] = history.parse(JSON.parse(text));
  return Object.entries(last?.resourceChanges ?? {}).some(([kind, count]) => kind !== "same" && count > 0);
}
