import { dirname, join } from "node:path";
import { ensureEngine } from "../../bootstrap/engine/engine.mjs";
import { backendUrl, engineEnvironment } from "../../bootstrap/environment.mjs";
import { findNode } from "../../bootstrap/locked-node.mjs";
import { type Place, type Result, runIn, testEnvironment } from "../engine/command.ts";
import { phases } from "./phases.ts";
import { passphrase, type Scenes } from "./scenes.ts";

/** Starts updates of the scenes' stack without the bootstrap in between, so that the engine is a child of the test. */
export type StartUpdate = (how: Pick<Place, "onStart" | "onText">, ...args: string[]) => Promise<Result>;

export async function engineAlone({ checkout, phases: [phase] }: Scenes): Promise<StartUpdate> {
  const { folder, scratch } = checkout;
  const engine = await ensureEngine({ announce: false });
  const node = await findNode(folder);
  const environment = {
    ...engineEnvironment({ base: testEnvironment(process.env), root: folder, node, engine }),
    ...passphrase,
    PULUMI_HOME: join(scratch, "pulumi-home"),
    PULUMI_BACKEND_URL: backendUrl(join(folder, ".slipway", "state")),
    NODE_COMPILE_CACHE: join(scratch, "compiled"),
    PATH: [dirname(node.executable), dirname(engine.executable), process.env["PATH"]].join(":"),
  };
  return (how, ...args) =>
    runIn({ ...how, folder, environment }, engine.executable, [
      ...["up", "--yes", "--stack", phases[phase].stack, "--non-interactive", "--color", "never", "--suppress-outputs"],
      ...args,
    ]);
}
