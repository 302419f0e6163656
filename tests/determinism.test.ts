import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { cacheFolder } from "../bootstrap/cache-folder.mjs";
import { writeHardProduct } from "./determinism/hard-product.ts";
import { digestsOf, filesBelow } from "./engine/bucket-files.ts";
import { type Checkout, makeCheckout } from "./engine/checkout.ts";
import { type Place, runIn } from "./engine/command.ts";
import { manifestOf } from "./engine/product.ts";
import { generateKeys, type ReferencedKeys, writeKeys } from "./engine/referenced-keys.ts";
import { devStack, succeeded } from "./engine/stack.ts";
import { identityVariables, referencedIdentities } from "./signing/identities.ts";
import { machineTool } from "./tools.ts";

/** One way in which a machine differs from another. */
type Surroundings = Pick<Place, "environment" | "through">;

const umask = (mask: string): readonly string[] => ["/bin/sh", "-c", `umask ${mask} && exec "$@"`, "sh"];
const oneCore = () => [machineTool("taskset", "util-linux"), "--cpu-list", "0"];
const otherDay = (by: string) => [machineTool("faketime", "faketime"), "-f", by];
/** Timers of Node go by the monotonic clock and must keep running. */
const realTimers = { FAKETIME_DONT_FAKE_MONOTONIC: "1", DONT_FAKE_MONOTONIC: "1" };

const manifests = [manifestOf("alpha"), manifestOf("beta"), manifestOf("gamma")];

test("the same inputs give the same bytes in any surroundings, with an empty cache", async (t) => {
  const keys = await generateKeys();
  const here = await makeCheckout(t);
  await writeInputs(here, 0o644, new Date("2025-01-01T00:00:00Z"));
  const there = await makeCheckout(t, { name: "Ein anderer Ordner mit  Leerzeichen" });
  await writeInputs(there, 0o600, new Date("2001-09-09T01:46:40Z"));

  const plain = { through: umask("022"), environment: { TZ: "UTC", LC_ALL: "C" } };
  const expected = await release(here, keys, plain, "--skip-preview");

  await t.test("on the engine: other folder, modes, umask, home, zone, locale and day, one core", async () => {
    const surroundings = {
      through: [...oneCore(), ...otherDay("+400d"), ...umask("077")],
      environment: {
        ...(await otherHome(there)),
        ...realTimers,
        TZ: "Pacific/Kiritimati",
        LC_ALL: "tr_TR.UTF-8",
        LANG: "tr_TR.UTF-8",
      },
    };
    const found = await release(there, keys, surroundings);
    assert.deepEqual(found, expected);
    assert.ok(Object.keys(found).length > 40, Object.keys(found).join("\n"));
    // The other day was really there: what a run says of itself differs.
    const days = (await publishedAt(there)) - (await publishedAt(here));
    assert.ok(days > 399 && days < 401, `${days} days lie between the two runs`);
  });

  const built = Object.fromEntries(
    Object.entries(expected).filter(
      ([path]) => /^releases\/(?:alpha|beta|gamma)\//.test(path) && !/SHA256SUMS|manifest\.json|\.sig\//.test(path),
    ),
  );
  const variations: Readonly<Record<string, Surroundings>> = {
    "umask 077": { through: umask("077") },
    "one core": { through: oneCore() },
    "a time zone behind UTC": { environment: { TZ: "America/St_Johns" } },
    "a Turkish locale": { environment: { LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", LANGUAGE: "tr" } },
    "an earlier day": { through: otherDay("-300d"), environment: realTimers },
  };
  for (const [what, surroundings] of Object.entries(variations)) {
    await t.test(`by the library: ${what}`, async () => {
      assert.deepEqual(await buildAlone(there, surroundings), built);
    });
  }
});

/** Products of equal content; on the disk they differ in mode and time. */
async function writeInputs(checkout: Checkout, mode: number, mtime: Date): Promise<void> {
  await writeHardProduct(checkout.folder, { id: "alpha", kind: "small", mode, mtime });
  await writeHardProduct(checkout.folder, { id: "beta", kind: "large", mode, mtime });
  await writeHardProduct(checkout.folder, { id: "gamma", kind: "windows", mode, mtime });
}

/** Releases on the real engine; gives the digest of every object that the inputs, keys and publish time decide. */
async function release(
  checkout: Checkout,
  keys: ReferencedKeys,
  how: Surroundings,
  ...args: string[]
): Promise<Readonly<Record<string, string>>> {
  const stack = devStack(checkout, { ...how, environment: { ...how.environment, ...identityVariables } });
  const references = {
    ...(await writeKeys(checkout.folder, keys)),
    ...(await referencedIdentities(checkout.folder)),
  };
  await stack.configure({ manifests, archive: "team", keys: references, publishedAt: "2026-01-02T03:04:05Z" });
  succeeded(await stack.up(...args));
  const files = await filesBelow(checkout.bucket);
  const decided = { ...digestsOf(files, "releases/"), ...digestsOf(files, "dists/"), ...digestsOf(files, "keys/") };
  // Facts of the run that wrote first, and dates of the TUF root: outside what is promised to be equal.
  const ofTheRun = /\/metadata\.json(?:\.sig\/[0-9A-F]+)?$|^keys\/tuf-root\.json$/;
  return Object.fromEntries(Object.entries(decided).filter(([path]) => !ofTheRun.test(path)));
}

/** When the run published beta by its own clock, in days since 1970. */
async function publishedAt({ bucket }: Checkout): Promise<number> {
  const releases = join(bucket, "releases", "beta");
  const [folder = ""] = await readdir(releases);
  const { published } = JSON.parse(await readFile(join(releases, folder, "metadata.json"), "utf8"));
  return Date.parse(published) / 86_400_000;
}

/** Plans and builds with an empty cache in a process of its own; gives artifacts, inventories and records by path. */
async function buildAlone(checkout: Checkout, how: Surroundings): Promise<Readonly<Record<string, string>>> {
  await rm(join(checkout.folder, ".slipway", "cache"), { recursive: true, force: true });
  const script = join("tests", "determinism", "plan-and-build.ts");
  const { stdout } = succeeded(
    await runIn({ ...how, folder: checkout.folder }, process.execPath, [script, ...manifests]),
  );
  const digests = JSON.parse(stdout) as Readonly<Record<string, string>>;
  return Object.fromEntries(Object.entries(digests).map(([path, digest]) => [`releases/${path}`, digest]));
}

/** A home without settings or caches; the engine stays where it is. */
async function otherHome({ scratch }: Checkout): Promise<Readonly<Record<string, string>>> {
  const home = join(scratch, "other home");
  await mkdir(home);
  return { HOME: home, USER: "somebody", LOGNAME: "somebody", XDG_CACHE_HOME: dirname(cacheFolder()) };
}
