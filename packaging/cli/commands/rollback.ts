import { systemClock } from "../../clock.ts";
import { refusal } from "../../errors.ts";
import { chooseTarget, type Target } from "../../rollback/choose-target.ts";
import { readReleaseRecord } from "../../rollback/release-record.ts";
import { parseStackHistory, type StackUpdate } from "../../rollback/stack-history.ts";
import { askedVersion, readVersionSetting, withVersion } from "../../rollback/version-setting.ts";
import { whatUsersGet } from "../../rollback/what-users-get.ts";
import type { Command } from "../command.ts";
import { confirm } from "../confirm.ts";
import { askEngine, runEngine } from "../engine.ts";
import { isForGit } from "../git.ts";
import { doneText, type Intent, intentText } from "../rollback-text.ts";
import { channelOfStack, type StackChannel, servedBy } from "../stack-channel.ts";
import { readStackFile, type StackSettingsFile } from "../stack-file.ts";

/** How far back a stack's history is read. */
const updatesRead = 200;

export const rollback: Command = {
  summary: "goes back to the version that a channel served before, after a preview",
  help: `slipway rollback [--to VERSION] [--stack NAME] [--product ID] [--yes]

Says what the channel of the stack serves, since when and by whom, what it served before, and what users get; sets
slipway:version in the stack's file, previews, asks, and updates. Nothing is built; pointers move. The file stays
changed, and the commit that makes the repository say so is shown. Where the preview fails or the answer is no, the
file is put back byte for byte. Killed in between, it says what was asked for, and the same command goes on.

  --to VERSION   a version or a folder that the channel served; the one before the current one where left out
  --stack NAME   the stack whose channel it is; dev where left out
  --product ID   needed where the stack has several
  --yes          does it without asking; needed without a terminal

Exit code: 0 done; 1 refused, failed or answered with no.
`,
  options: {
    to: { type: "string" },
    stack: { type: "string", default: "dev" },
    product: { type: "string" },
    yes: { type: "boolean" },
  },
  arguments: [],
  run: async ({ option, flag }) => {
    const stack = option("stack") ?? "dev";
    const yes = flag("yes");
    if (!yes && !process.stdin.isTTY) {
      throw refusal("SLW-COMMAND", "There is no terminal to ask at; nothing was changed.", {
        hint: "slipway rollback --yes does it without asking.",
      });
    }
    const file = await readStackFile(stack);
    const of = await channelOfStack(stack);
    if (of === undefined) throw refusal("SLW-CHANNEL", `Stack ${stack} was never updated: it has no channel yet.`);
    const product = chosenProduct(of, option("product"));
    const intent = await intentOf(stack, file, of, product, option("to"));
    const { folder } = intent.target.release;
    const text = withVersion(file.text, file.name, { product, folder, products: of.products });
    process.stdout.write(intentText(intent));

    await file.write(text);
    const agreed = (await previewed(stack)) && (yes || (await confirm("\nDo it? (y/N) ")));
    if (!agreed) {
      await file.restore();
      process.stderr.write(`Nothing was changed; ${file.name} is as it was.\n`);
      return 1;
    }
    if ((await runEngine(["up", "--strict", "--yes", "--stack", stack])) !== 0) {
      process.stderr.write(
        `The update failed. ${file.name} asks for ${folder}: the same command goes on from there.\n`,
      );
      return 1;
    }
    const [now] = (await servedBy(of, product)).periods;
    process.stdout.write(doneText(intent, now?.serial ?? 0, await isForGit(file.name)));
    return 0;
  },
};

function chosenProduct({ products, channel }: StackChannel, asked: string | undefined): string {
  const [only = "", ...more] = products;
  if (asked === undefined && more.length === 0) return only;
  if (asked !== undefined && products.includes(asked)) return asked;
  const said = asked === undefined ? "several products" : `no product ${JSON.stringify(asked)}`;
  throw refusal("SLW-COMMAND", `Channel ${channel} of the stack has ${said}.`, {
    hint: `Name one with --product: ${products.join(", ")}.`,
  });
}

async function intentOf(
  stack: string,
  file: StackSettingsFile,
  of: StackChannel,
  product: string,
  to: string | undefined,
): Promise<Intent> {
  const served = await servedBy(of, product);
  const asked = askedVersion(readVersionSetting(file.text, file.name), product);
  const { channel, store } = of;
  const situation = { product, channel, stack, file: file.name, asked, ...served, updates: await historyOf(stack), to };
  const target: Target = chooseTarget(situation);
  const { serving, before, release: back } = target;
  // Where a rollback goes on that moved the channel already, users come from what was served before.
  const from = (serving.release.folder === back.folder ? before : serving)?.release ?? serving.release;
  const users = whatUsersGet(
    { version: from.version, record: await readReleaseRecord(store, product, from) },
    { version: back.version, record: await readReleaseRecord(store, product, back) },
  );
  return { product, channel, stack, file: file.name, target, users, now: systemClock.now() };
}

async function historyOf(stack: string): Promise<readonly StackUpdate[]> {
  const pages = ["--page-size", String(updatesRead), "--page", "1"];
  const json = ["--json", "--show-secrets=false", "--stack", stack];
  return parseStackHistory(await askEngine(["stack", "history", ...json, ...pages]));
}

async function previewed(stack: string): Promise<boolean> {
  // What is typed meanwhile is for the question that follows: at a terminal the engine would read it.
  if ((await runEngine(["preview", "--diff", "--stack", stack, "--non-interactive"])) === 0) return true;
  process.stderr.write("The preview failed.\n");
  return false;
}
