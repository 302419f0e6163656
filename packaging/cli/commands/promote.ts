import { refuseMistakes } from "../../errors.ts";
import { type Claim, movedByHand } from "../../rollback/moved-by-hand.ts";
import { askedVersion, readVersionSetting } from "../../rollback/version-setting.ts";
import type { Command } from "../command.ts";
import { runEngine } from "../engine.ts";
import { lastOtherVersion } from "../git.ts";
import { channelOfStack, type StackChannel, servedBy } from "../stack-channel.ts";
import { readStackFile, type StackSettingsFile } from "../stack-file.ts";

export const promote: Command = {
  summary: "updates a stack, unless somebody moved its channel by hand since the last commit",
  help: `slipway promote [--stack release]

For release jobs. Compares what the channel of the stack serves with what git says that the stack's file asked for
before its last change. Where they differ, somebody rolled back (or moved on) by hand, and the update would undo that:
it is refused, with what to do. Else it runs pulumi up --strict --yes. Needs the whole history of the branch.

  --stack NAME   the stack to update; release where left out

Exit code: that of the update; 1 refused.
`,
  options: { stack: { type: "string", default: "release" } },
  arguments: [],
  run: async ({ option }) => {
    const stack = option("stack") ?? "release";
    const file = await readStackFile(stack);
    const of = await channelOfStack(stack);
    // A stack without an update has no channel that could have been moved by hand.
    const claims = of === undefined ? [] : await Promise.all(of.products.map((product) => claimOf(file, of, product)));
    refuseMistakes(claims.flatMap((claim) => movedByHand(claim) ?? []));
    return runEngine(["up", "--strict", "--yes", "--stack", stack]);
  },
};

async function claimOf(file: StackSettingsFile, of: StackChannel, product: string): Promise<Claim> {
  const wanted = askedVersion(readVersionSetting(file.text, file.name), product);
  const previous = await lastOtherVersion(file.name, product, wanted);
  const [serving, servedBefore] = (await servedBy(of, product)).periods;
  const wantedAgain = previous?.wantedBefore === true;
  return { product, channel: of.channel, file: file.name, wanted, previous, serving, servedBefore, wantedAgain };
}
