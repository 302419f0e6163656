import assert from "node:assert/strict";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { serveFolder } from "../../packaging/cli/serve.ts";
import { run } from "../../packaging/process.ts";
import { filesBelow } from "../engine/bucket-files.ts";
import type { Result } from "../engine/command.ts";
import { errorsOf } from "../engine/diagnostics.ts";
import { manifestOf, writeProduct } from "../engine/product.ts";
import { devStack, succeeded } from "../engine/stack.ts";
import { machineTool } from "../tools.ts";
import { chanceOf } from "./chance.ts";
import { engineAlone } from "./engine-alone.ts";
import { carryOut, type Orphans, type Plan, type Weather } from "./experiment.ts";
import { flip, someOf, vouchedObjects } from "./flips.ts";
import { found, torn } from "./oracle.ts";
import { dev, type PhaseName, phases, upward } from "./phases.ts";
import { points } from "./points.ts";
import { passphrase, prepareScenes, prepareStages } from "./scenes.ts";
import { strike, type Victims } from "./strike.ts";

function pointOf(phase: PhaseName, name: string) {
  const point = points[phase].find((it) => it.name === name);
  assert.ok(point, `there is no point ${name} in a ${phase}`);
  return point;
}

function plan(
  phase: PhaseName,
  names: readonly string[],
  victims: Victims,
  orphans: Orphans,
  more: Partial<Plan> = {},
) {
  const strikes = names.map((name) => ({ instant: { point: pointOf(phase, name), and: 0 }, victims }));
  return { phase, strikes, orphans, stoppedFor: 2500, cold: false, strict: false, ...more };
}

const plans: readonly Plan[] = [
  plan("first release", ["root", "timestamp"], "all", "killed", { cold: true }),
  plan("first release", ["record", "Release"], "engine", "racing"),
  plan("upgrade", ["artifact"], "engine", "stopped", { cold: true }),
  plan("upgrade", ["snapshot"], "all", "killed", { strict: true }),
  plan("upgrade", ["Packages"], "all", "killed"),
  plan("rollback", ["role", "Release"], "all", "killed"),
  plan("rollback", ["channel entry"], "engine", "stopped"),
  plan("rollback", ["state"], "engine", "racing"),
];

const stagedPlans: readonly Plan[] = [
  plan("promotion", ["role", "Packages"], "all", "killed"),
  plan("way back", ["timestamp"], "engine", "racing"),
];

test("promotions in hard weather: every index stays whole, nothing is uploaded, the history is true", async (t) => {
  const scenes = await prepareStages(t);
  const server = await serveFolder(scenes.checkout.bucket, 0);
  t.after(() => server.close());
  const weather = { scenes, start: await engineAlone(scenes), url: server.url, lasts: new Map<PhaseName, number>() };
  for (const it of stagedPlans) await carriedOut(t, weather, it);
});

/** Carries out an experiment as a test of its own. */
async function carriedOut(t: TestContext, weather: Weather, it: Plan): Promise<void> {
  const names = it.strikes.map(({ instant }) => ("point" in instant ? instant.point.name : "a time"));
  await t.test(`a ${it.phase} killed at ${names.join(", and its rerun at ")}`, async () => {
    const { kills, failures } = await carryOut(weather, it);
    assert.deepEqual(failures, []);
    assert.equal(kills.length, it.strikes.length, "each kill met a running update");
  });
}

test("updates in hard weather: every index stays whole, and the next run completes", async (t) => {
  const scenes = await prepareScenes(t);
  const { checkout, stack, restore } = scenes;
  const { folder, bucket, scratch } = checkout;
  const server = await serveFolder(bucket, 0);
  t.after(() => server.close());
  const start = await engineAlone(scenes);
  const weather = { scenes, start, url: server.url, lasts: new Map<PhaseName, number>() };
  const outlook = { bucket, url: server.url, memory: join(scratch, "memory"), channel: dev.channel };
  const isWhole = async (...sides: Parameters<typeof torn>[1]) => {
    assert.deepEqual(await torn(outlook, sides), []);
  };
  const completes = async (phase: PhaseName) => {
    succeeded(await stack.up("--skip-preview"));
    await isWhole(phases[phase].after);
    assert.deepEqual(await found(bucket, "lagging"), []);
  };
  const begin = async (phase: PhaseName) => {
    await restore(phase);
    await rm(outlook.memory, { recursive: true, force: true });
    await isWhole(phases[phase].before);
  };

  for (const it of plans) await carriedOut(t, weather, it);

  await t.test(
    "a rollback that died and is taken back: the preview names what lags, the update brings it up",
    async () => {
      await begin("rollback");
      const instant = { point: pointOf("rollback", "Packages"), and: 0 };
      const { killed } = await strike(start, folder, instant, "all", ["--skip-preview"]);
      assert.ok(killed);
      await stack.configure({ manifests: [manifestOf("alpha")], archive: "team" });
      const preview = succeeded(await stack.preview());
      assert.match(preview.text, /^lock +stack dev was left locked by process \d+, which has ended: unlocked/m);
      for (const { sentence } of await found(bucket, "lagging")) assert.ok(preview.text.includes(sentence), sentence);
      succeeded(await stack.up("--skip-preview"));
      // The rollback was in force when it died: the history has it, and the move that took it back.
      await isWhole({ ...phases.upgrade.after, moves: ["1.1.0", ...phases.rollback.after.moves] });
      assert.deepEqual(await found(bucket, "lagging"), []);
      succeeded(await stack.preview("--expect-no-changes"));
    },
  );

  await t.test("two updates of one stack: the second is told who holds it, the first completes", async () => {
    await begin("upgrade");
    const lock = pointOf("upgrade", "engine's lock");
    const unlocked = lock.look(folder);
    const first = stack.up("--skip-preview");
    while (lock.look(folder) === unlocked) await sleep(1);
    const second = await stack.up("--skip-preview");
    assert.notEqual(second.code, 0);
    assert.match(second.text, /the stack is currently locked by 1 lock\(s\)[\s\S]*created by .*\(pid \d+\)/);
    succeeded(await first);
    await isWhole(phases.upgrade.after);
  });

  await t.test("two clones onto one bucket: nothing torn, and who lost is told or completes", async () => {
    await begin("upgrade");
    const other = { ...checkout, folder: join(scratch, "other") };
    await cp(folder, other.folder, { recursive: true, verbatimSymlinks: true });
    const environment = { ...passphrase, NODE_COMPILE_CACHE: join(scratch, "compiled") };
    const otherStack = devStack(other, { environment });
    const settings = { manifests: [manifestOf("alpha")], archive: "team", bucket: "../checkout/.slipway/bucket" };
    await otherStack.configure(settings);
    await writeProduct(other.folder, { id: "alpha", version: "1.2.0", targets: ["linux-x86_64"] });
    const sides = [
      ...[phases.upgrade.before, phases.upgrade.after],
      upward("1.0.0", "1.2.0"),
      upward("1.0.0", "1.1.0", "1.2.0"),
    ];
    const updates = [stack.up("--skip-preview"), otherStack.up("--skip-preview")];
    const results = await Promise.all(updates);
    await isWhole(...sides);
    for (const result of results.filter(({ code }) => code !== 0)) {
      allRefused(result, /\[SLW-(?:CHANNEL-RACE|SUITE)\]/);
    }
    assert.ok(results.some(({ code }) => code === 0));
    succeeded(await otherStack.up("--skip-preview"));
    await isWhole(upward("1.0.0", "1.2.0"), upward("1.0.0", "1.1.0", "1.2.0"));
    assert.deepEqual(await found(bucket, "lagging"), []);
  });

  const mount = machineTool("mount", "mount");
  const umount = machineTool("umount", "mount");
  /** Puts a small file system of its own under a folder, with what is in the folder. */
  const onSmallDisk = async (path: string, options: string, work: () => Promise<void>) => {
    const aside = join(scratch, "aside");
    await cp(path, aside, { recursive: true, preserveTimestamps: true });
    await run({ file: mount, args: ["-t", "tmpfs", "-o", options, "tmpfs", path] });
    try {
      await cp(aside, path, { recursive: true, preserveTimestamps: true });
      await work();
    } finally {
      await run({ file: umount, args: ["--lazy", path] });
      await rm(aside, { recursive: true });
    }
  };
  const remount = (path: string, options: string) => run({ file: mount, args: ["-o", `remount,${options}`, path] });

  await t.test("the bucket's disk is full: refused in one sentence, and completed once there is room", async () => {
    await begin("upgrade");
    await onSmallDisk(bucket, "size=64m", async () => {
      const { stdout } = await run({ file: "df", args: ["--output=used", "-k", bucket] });
      // Room for some of the release, and not for all of it.
      await remount(bucket, `size=${Number(stdout.split("\n")[1]) + 16}k`);
      allRefused(await stack.up("--skip-preview"), /ENOSPC.*\[SLW-STORE\]/);
      await isWhole(phases.upgrade.before, phases.upgrade.after);
      await remount(bucket, "size=64m");
      await completes("upgrade");
    });
  });

  await t.test(
    "the cache's disk is full: refused in one sentence, nothing written, and completed once there is room",
    async () => {
      await begin("upgrade");
      const cache = join(folder, ".slipway", "cache");
      await rm(cache, { recursive: true });
      await run({ file: "mkdir", args: [cache] });
      await onSmallDisk(cache, "size=8k", async () => {
        const before = await filesBelow(bucket);
        const refused = await stack.up("--skip-preview");
        assert.notEqual(refused.code, 0);
        assert.match(refused.text, /ENOSPC|no space left/);
        assert.doesNotMatch(refused.text, /^\s+at .+:\d+:\d+\)?$/m);
        assert.deepEqual(await filesBelow(bucket), before);
        await remount(cache, "size=64m");
        await completes("upgrade");
      });
    },
  );

  await t.test(
    "the bucket becomes read-only half-way: refused in one sentence, and completed once it is not",
    async () => {
      await begin("upgrade");
      await onSmallDisk(bucket, "size=64m", async () => {
        const point = pointOf("upgrade", "artifact");
        const before = point.look(folder);
        const update = stack.up("--skip-preview");
        while (point.look(folder) === before) await sleep(1);
        // A file system with a file that is just being written cannot be made read-only.
        while (
          !(await remount(bucket, "ro").then(
            () => true,
            () => false,
          ))
        )
          await sleep(1);
        allRefused(await update, /EROFS.*\[SLW-STORE\]/);
        await isWhole(phases.upgrade.before, phases.upgrade.after);
        await remount(bucket, "rw");
        await completes("upgrade");
      });
    },
  );

  await t.test("flipped bytes in the cache: what was built is built again", async () => {
    await begin("upgrade");
    for (const path of (await filesBelow(join(folder, ".slipway", "cache"))).keys()) {
      await flip(join(folder, ".slipway", "cache", path));
    }
    await completes("upgrade");
  });

  await t.test("flipped bytes in the bucket: verify names each, refresh and update mend them", async () => {
    await begin("upgrade");
    const paths = await vouchedObjects(bucket);
    const unnamed: string[] = [];
    for (const path of paths) {
      await flip(join(bucket, path));
      const named = (await found(bucket, "damaged")).map((it) => it.path);
      if (!named.includes(path)) unnamed.push(`${path}, but ${named.join(" ")}`);
      await flip(join(bucket, path));
    }
    assert.deepEqual(unnamed, []);
    for (const path of someOf(paths, chanceOf(1, 0))) await flip(join(bucket, path));
    const args = ["bootstrap/slipway.mjs", "verify", "--json"];
    const { exitCode, stdout } = await run({ file: process.execPath, args, folder, accept: [4] });
    assert.deepEqual([exitCode, JSON.parse(stdout).state], [4, "damaged"]);
    succeeded(await stack.up("--refresh", "--skip-preview"));
    assert.deepEqual([...(await found(bucket, "damaged")), ...(await found(bucket, "lagging"))], []);
  });
});

/** Resources that are written side by side may each meet the same trouble: every message is the sentence, none a stack. */
function allRefused(result: Result, sentence: RegExp): void {
  assert.notEqual(result.code, 0, `expected a refusal that matches ${sentence}:\n${result.text}`);
  const errors = errorsOf(result);
  assert.ok(errors.length > 0 && errors.every((error) => sentence.test(error)), result.text);
  assert.doesNotMatch(result.text, /^\s+at .+:\d+:\d+\)?$/m);
}
