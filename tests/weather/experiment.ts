import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { clearDeadLocks } from "../../bootstrap/engine/dead-locks.mjs";
import { backendUrl } from "../../bootstrap/environment.mjs";
import { changesBetween, filesBelow } from "../engine/bucket-files.ts";
import { type Chance, chanceOf } from "./chance.ts";
import type { StartUpdate } from "./engine-alone.ts";
import { found, strays, torn } from "./oracle.ts";
import { type PhaseName, phases } from "./phases.ts";
import { points } from "./points.ts";
import type { Scenes } from "./scenes.ts";
import { type Instant, type Processes, strike, type Victims } from "./strike.ts";

/** What becomes of the processes that outlive the engine, while the next update runs. */
export type Orphans = "killed" | "racing" | "stopped";

export interface Plan {
  readonly phase: PhaseName;
  /** The update is killed at the first, its rerun at the second, and so on; the last rerun is left alone. */
  readonly strikes: readonly { readonly instant: Instant; readonly victims: Victims }[];
  readonly orphans: Orphans;
  /** How long stopped orphans stay so while the rerun goes on, in milliseconds. */
  readonly stoppedFor: number;
  /** Without a cache the update builds first. */
  readonly cold: boolean;
  /** The last rerun previews first, and is held to its preview. */
  readonly strict: boolean;
}

/** What happened in an experiment. */
export interface Outcome {
  /** Kills that met a running update, by what they were: `upgrade: at timestamp`. */
  readonly kills: readonly string[];
  /** Updates that were run to their end after a kill. */
  readonly reruns: number;
  readonly failures: readonly string[];
}

/** Everything that an experiment needs. */
export interface Weather {
  readonly scenes: Scenes;
  readonly start: StartUpdate;
  /** Where the bucket is served. */
  readonly url: string;
  /** How long an update of each kind took last, in milliseconds. */
  readonly lasts: Map<PhaseName, number>;
}

/** The experiment of a number: the same for the same seed, but for the machine's own timing. */
export function planOf(seed: number, number: number, { scenes, lasts }: Weather): Plan {
  const chance = chanceOf(seed, number);
  const phase = scenes.phases[number % scenes.phases.length] ?? scenes.phases[0];
  const count = chance.pick([1, 1, 2, 3]);
  const strikes = Array.from({ length: count }, () => ({
    instant: instantOf(chance, phase, lasts.get(phase) ?? 10_000),
    victims: chance.pick<Victims>(["engine", "all"]),
  }));
  return {
    ...{ phase, strikes, orphans: chance.pick<Orphans>(["killed", "racing", "racing", "stopped"]) },
    ...{ stoppedFor: 500 + chance.below(10_000), cold: chance.below(8) === 0, strict: chance.below(8) === 0 },
  };
}

function instantOf(chance: Chance, phase: PhaseName, lasts: number): Instant {
  if (chance.below(5) === 0) return { after: Math.floor(lasts * (0.2 + 0.8 * chance.next())) };
  // Close behind what was seen, and now and then a little later: between two points much happens.
  return { point: chance.pick(points[phase]), and: chance.below(3) === 0 ? chance.below(400) : chance.below(8) };
}

/** Carries out an experiment, and looks at the bucket after every kill and after the last rerun. */
export async function carryOut(weather: Weather, plan: Plan): Promise<Outcome> {
  const { scenes, start, lasts, url } = weather;
  const { folder, bucket, scratch } = scenes.checkout;
  const { phase, strikes } = plan;
  const { stack, channel, publishes, before, after } = phases[phase];
  await scenes.restore(phase);
  const published = await filesBelow(join(bucket, "releases"));
  if (plan.cold) await rm(join(folder, ".slipway", "cache"), { recursive: true });
  const outlook = { bucket, url, memory: join(scratch, "memory"), channel };
  await rm(outlook.memory, { recursive: true, force: true });
  const failures: string[] = [...(await torn(outlook, [before])).map((it) => `before: ${it}`)];
  const kills: string[] = [];
  const orphans: Processes[] = [];
  let finished = false;
  let reruns = 0;
  for (const { instant, victims } of strikes) {
    await clearDeadLocks(backendUrl(join(folder, ".slipway", "state")));
    // Those that were stopped may hold the store's lock: nobody is to wait for them longer than they are stopped.
    const earlier = release(orphans, plan);
    const struck = await strike(start, folder, instant, victims, ["--skip-preview"]);
    const name = "point" in instant ? `at ${instant.point.name}` : "at a time";
    await earlier;
    if (struck.killed) {
      kills.push(`${phase}: ${name}, ${victims}`);
      orphans.push(struck.orphans);
    } else if (struck.result.code !== 0) {
      failures.push(`update ended with exit code ${struck.result.code}: ${tail(struck.result.text)}`);
    } else finished = true;
    if (plan.orphans === "stopped") struck.orphans.signal("SIGSTOP");
    if (plan.orphans === "killed") struck.orphans.signal("SIGKILL");
    const seen = await torn(outlook, [before, after]);
    failures.push(...seen.map((it) => `after the kill ${name} of ${victims}: ${it}`));
  }
  if (!finished || kills.length > 0) {
    const killed = await filesBelow(bucket);
    const locked = isLocked(folder);
    const behind = (await found(bucket, "lagging")).filter(({ path }) => !path.startsWith("releases/"));
    const released = release(orphans, plan);
    const began = performance.now();
    reruns++;
    const rerun = await scenes.stack.up(plan.strict ? "--strict" : "--skip-preview");
    if (!plan.strict) lasts.set(phase, performance.now() - began);
    await released;
    if (rerun.code !== 0) failures.push(`the rerun ended with exit code ${rerun.code}: ${tail(rerun.text)}`);
    if (locked && !/ was left locked by .*: unlocked/.test(rerun.text))
      failures.push("the rerun did not tell of the lock");
    const unnamed = behind.filter(({ sentence }) => !rerun.text.includes(sentence));
    // Orphans that go on may have brought it up before the rerun looked.
    if (plan.orphans === "killed") failures.push(...unnamed.map(({ path }) => `the rerun did not name ${path}`));
    const written = changesBetween(killed, await filesBelow(bucket)).filter((line) => !mayHappen(channel).test(line));
    failures.push(...written.map((line) => `the rerun did more than was missing: ${line}`));
  }
  for (const processes of orphans) processes.signal("SIGKILL");
  failures.push(...(await torn(outlook, [after])).map((it) => `after the rerun: ${it}`));
  failures.push(...(await found(bucket, "lagging")).map(({ sentence }) => `after the rerun: ${sentence}`));
  failures.push(...strays(bucket).map((it) => `a temporary file is left: ${it}`), ...pending(folder, stack));
  const uploaded = publishes ? [] : changesBetween(published, await filesBelow(join(bucket, "releases")));
  failures.push(...uploaded.map((line) => `pointers alone should move, but below releases/: ${line}`));
  if (failures.length > 0 && process.env["SLIPWAY_TEST_KEEP"] === "1") {
    await cp(join(folder, ".slipway"), join(scratch, `failed-${Date.now()}`), { recursive: true });
  }
  return { kills, reruns, failures };
}

/** Lets the orphans go on in the middle of the rerun. */
async function release(orphans: readonly Processes[], { orphans: fate, stoppedFor }: Plan): Promise<void> {
  if (fate !== "stopped") return;
  await sleep(stoppedFor);
  for (const processes of orphans) processes.signal("SIGCONT");
}

/** What a rerun does to a bucket in which nothing but the end is missing. */
function mayHappen(channel: string): RegExp {
  const suite = `dists/${channel}/(?:(?:In)?Release(?:\\.gpg)?|main/(?:[^/]+/Packages|Contents-)[^/]*)`;
  const pointers = `tuf/timestamp\\.json|channels/[^/]+/${channel}\\.json|keys/[^/]+|dists/team-${channel}\\.sources`;
  const pages = `index\\.html|channels/[^/]+-${channel}\\.html`;
  return new RegExp(`^(?:added .*|changed (?:${pointers}|${suite}|${pages}))$`);
}

/** Locks that the killed engines have left. */
function isLocked(folder: string): boolean {
  return readdirSync(locksOf(folder), { recursive: true, withFileTypes: true }).some((entry) => entry.isFile());
}

function locksOf(folder: string): string {
  return join(folder, ".slipway", "state", ".pulumi", "locks");
}

/** Operations that the engine still takes for unfinished. */
function pending(folder: string, stack: string): readonly string[] {
  const file = join(folder, ".slipway", "state", ".pulumi", "stacks", "slipway", `${stack}.json`);
  if (!existsSync(file)) return ["the stack has no state"];
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly checkpoint: { readonly latest?: { readonly pending_operations?: readonly unknown[] } };
  };
  const operations = checkpoint.latest?.pending_operations ?? [];
  return operations.length === 0 ? [] : [`the state has ${operations.length} pending operations`];
}

function tail(text: string): string {
  return text.trim().split("\n").slice(-12).join(" | ");
}
