import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { changesBetween, filesBelow } from "./engine/bucket-files.ts";
import { type Checkout, makeCheckout, repository } from "./engine/checkout.ts";
import { assertRefused } from "./engine/diagnostics.ts";
import { heldUpdate } from "./engine/held-update.ts";
import { kill, processTree } from "./engine/processes.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { generateKeys, writeKeys } from "./engine/referenced-keys.ts";
import { devStack, succeeded } from "./engine/stack.ts";
import { s3StandIn } from "./s3/s3-stand-in.ts";

/** As the page for teams names it. */
const stateBucket = "team-state";
const passphrase = { PULUMI_CONFIG_PASSPHRASE: "passphrase of the tests" };

test("state on S3, as the page for teams says", async (t) => {
  const s3 = await s3StandIn(t, stateBucket);
  const [previews, updates] = await policiesOfPage();
  const backend = { PULUMI_BACKEND_URL: s3.backendUrl(stateBucket), ...passphrase };
  const reviewer = { ...backend, ...(await s3.user("reviewer", previews)) };
  const releaser = { ...backend, ...(await s3.user("releaser", updates)) };
  const checkout = await makeCheckout(t);
  const stack = devStack(checkout, { environment: releaser });
  await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0" });
  await stack.configure({ manifests: [manifestOf("alpha")], archive: "alpha" });

  await t.test("an update, and one with nothing to do", async () => {
    succeeded(await stack.up("--strict"));
    const objects = await s3.objects(stateBucket);
    assert(objects.has(".pulumi/stacks/slipway/dev.json"), [...objects.keys()].join("\n"));
    assert(!existsSync(join(checkout.folder, ".slipway", "state")), "no state is in the clone");
    const before = await filesBelow(checkout.bucket);
    succeeded(await stack.up("--skip-preview", "--expect-no-changes"));
    assert.deepEqual(changesBetween(before, await filesBelow(checkout.bucket)), []);
  });

  await t.test("who may read previews, and writes nothing; an update is refused to them", async () => {
    const before = await s3.objects(stateBucket);
    const reader = devStack(checkout, { environment: reviewer });
    succeeded(await reader.preview("--expect-no-changes"));
    const { code, text } = await reader.up();
    assert.notEqual(code, 0, text);
    assert.match(text, /AccessDenied|Access Denied|Forbidden/i);
    assert.deepEqual(await s3.objects(stateBucket), before);
  });

  await t.test("two updates at once: the second is refused, and told who is at it", async () => {
    await writeProduct(checkout.folder, { id: "alpha", version: "1.1.0" });
    const first = await heldUpdate(
      (how) => devStack(checkout, { environment: releaser, ...how }).up(),
      /^Updating \(dev\):$/m,
      async () => assertLocked(await stack.up()),
    );
    succeeded(first);
    succeeded(await stack.preview("--expect-no-changes"));
  });

  await t.test("the lock of a killed update stays until a person says so", async () => {
    await writeProduct(checkout.folder, { id: "alpha", version: "1.2.0" });
    const killed = await heldUpdate(
      (how) => devStack(checkout, { environment: releaser, ...how }).up(),
      /^Updating \(dev\):$/m,
      async (pid) => (await processTree(pid)).forEach(kill),
    );
    assert.notEqual(killed.code, 0);
    assertLocked(await stack.up());
    succeeded(await stack.pulumi("cancel", "--yes"));
    succeeded(await stack.up());
    succeeded(await stack.preview("--expect-no-changes"));
  });
});

test("two stacks move one channel: the bucket decides, and the loser is told who won", async (t) => {
  const s3 = await s3StandIn(t, stateBucket);
  const [, updates] = await policiesOfPage();
  const access = { ...passphrase, ...(await s3.user("releaser", updates)) };
  const keys = await generateKeys();
  const [ours, theirs] = [await makeCheckout(t, { name: "ours" }), await makeCheckout(t, { name: "theirs" })];
  const bucket = ours.bucket;
  for (const checkout of [ours, theirs]) {
    await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0" });
    const settings = {
      manifests: [manifestOf("alpha")],
      archive: "alpha",
      bucket,
      keys: await writeKeys(checkout.folder, keys),
    };
    await devStack(checkout).configure(settings);
  }
  succeeded(await updated(theirs, {}, "--skip-preview"));
  const { serial: before } = await channelOf(bucket);
  await writeProduct(ours.folder, { id: "alpha", version: "1.1.0" });
  await writeProduct(theirs.folder, { id: "alpha", version: "1.2.0" });

  const lost = await heldUpdate(
    (how) => updated(ours, how),
    // Its moves are planned by now.
    /^Updating \(dev\):\n(?:.*\n)*? \+ +pulumi-nodejs:dynamic\/slipway:Artifact \S+ creating/m,
    async () => void succeeded(await updated(theirs, {}, "--skip-preview")),
  );
  const won = await channelOf(bucket);
  assert.deepEqual([won.serial, won.current.version], [before + 1, "1.2.0"]);
  const who = `dev moved to serial ${won.serial} while this update was under way (alpha 1.2.0, by ${won.moved.by}, ${won.moved.at})`;
  assertRefused(lost, /\[SLW-CHANNEL-RACE\]$/);
  assert(lost.text.includes(`${who}. Nothing of yours is in force.  [SLW-CHANNEL-RACE]`), lost.text);

  succeeded(await updated(ours));
  const last = await channelOf(bucket);
  assert.deepEqual([last.serial, last.current.version], [before + 2, "1.1.0"]);

  function updated(checkout: Checkout, how = {}, ...args: string[]) {
    const state = `${stateBucket}/${basename(checkout.folder)}`;
    const environment = { PULUMI_BACKEND_URL: s3.backendUrl(state), ...access };
    return devStack(checkout, { environment, ...how }).up(...args);
  }
});

function assertLocked(result: Parameters<typeof assertRefused>[0]): void {
  assert.notEqual(result.code, 0, result.text);
  assert.match(result.text, /the stack is currently locked by 1 lock\(s\)/);
  const holder = `created by ${userInfo().username}@${hostname()} (pid `;
  assert(result.text.includes(holder), result.text);
}

/** The policies on the page, in order: who previews, who updates. */
async function policiesOfPage(): Promise<readonly [string, string]> {
  const page = await readFile(join(repository, "docs", "process", "teams.md"), "utf8");
  const [previews, updates, ...more] = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  if (previews === undefined || updates === undefined || more.length > 0) throw new Error("the page has two policies");
  return [previews, updates];
}

/** The newest entry of the channel, as the bucket has it for scripts. */
async function channelOf(bucket: string): Promise<ChannelEntry> {
  return JSON.parse(await readFile(join(bucket, "channels", "alpha", "dev.json"), "utf8"));
}

interface ChannelEntry {
  readonly serial: number;
  readonly current: { readonly version: string };
  readonly moved: { readonly by: string; readonly at: string };
}
