import { isoSeconds } from "../../clock.ts";
import { sha256 } from "../../digest.ts";
import { refusal, SlipwayError } from "../../errors.ts";
import type { OpenPgpSigner } from "../../signing/signer.ts";
import type { Store } from "../../store/store.ts";
import { readInRelease, readRelease, type Statement, suitePath } from "./read-suite.ts";
import { releaseText, type SuiteSerial } from "./release-file.ts";
import type { IndexFile, SuiteContent } from "./suite.ts";

export interface PublishOptions {
  /** The snapshot whose channels the content was made from. */
  readonly snapshot: number;
  /** The publish time wished for, in seconds since 1970; it moves up where the suite in force is not older. */
  readonly now: number;
  readonly signer: OpenPgpSigner;
  /** Reads the number of the snapshot in force again: just before InRelease, and when the suite states a higher one. */
  readonly reconfirm: () => Promise<number>;
}

export interface PublishedSuite extends SuiteSerial {
  /** Every object of the suite as it now is: path in the bucket → SHA-256. */
  readonly objects: Readonly<Record<string, string>>;
}

/** A newer snapshot than the one a suite was made from is in force: plan it again from that one, and publish that. */
export class SuiteOvertaken extends SlipwayError {
  readonly snapshot: number;

  constructor(suite: string, made: number, snapshot: number) {
    const message = `The suite ${suite} was made from snapshot ${made}, but ${snapshot} is in force by now.`;
    super([{ code: "SLW-SUITE", message, hint: "Another update moved a channel meanwhile; run this one again." }]);
    this.snapshot = snapshot;
  }
}

const ATTEMPTS = 5;

/** A suite dated further ahead of us than this is damage or a wrong clock, not two clocks that differ a little. */
const MOST_AHEAD = 24 * 3600;

/**
 * Publishes a suite: by-hash, plain names, Release and Release.gpg, InRelease last, so that a run which dies anywhere
 * leaves the suite whole, old or new. What is there already is not written again, and where the statement in force is
 * the one that would be written, its date stays: publishing the same again changes nothing, and damage beside it is
 * mended under the same date. Otherwise the date is `now`, or one second after the newest date in the bucket.
 *
 * Throws SuiteOvertaken where a newer snapshot is in force or stated; refuses (SLW-SUITE) when others keep writing, or
 * when the suite in force is dated in the future.
 */
export async function publishSuite(
  store: Store,
  content: SuiteContent,
  options: PublishOptions,
): Promise<PublishedSuite> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const published = await publishOnce(store, content, options);
    if (published !== undefined) return published;
  }
  throw refusal("SLW-SUITE", `Others kept writing the suite ${content.suite}: gave up after ${ATTEMPTS} attempts.`, {
    hint: "Let the other updates end, then run this one again.",
  });
}

interface Signed extends SuiteSerial {
  readonly release: Uint8Array;
  readonly releaseGpg: Uint8Array;
  readonly inRelease: Uint8Array;
}

/** One attempt; undefined where another writer came between. */
async function publishOnce(
  store: Store,
  content: SuiteContent,
  options: PublishOptions,
): Promise<PublishedSuite | undefined> {
  const { suite } = content;
  const inRelease = await readInRelease(store, suite);
  const release = await readRelease(store, suite);
  const stated = Math.max(inRelease.says?.snapshot ?? 0, release.says?.snapshot ?? 0);
  if (stated > options.snapshot) await refuseOvertaken(content, options);

  const stands = await standing(store, content, options, inRelease, release);
  const date = stands === undefined ? nextDate(suite, options, [inRelease, release]) : stands.date;

  const objects: Record<string, string> = {};
  const put = async (path: string, bytes: Uint8Array, digest: string, found: string | undefined): Promise<boolean> => {
    objects[path] = digest;
    return found === digest || store.replace(path, bytes, found);
  };
  /** Nothing of a stage waits for another of its writes, and the next stage for all. */
  const putAll = async (files: readonly (readonly [string, IndexFile])[], found: readonly (string | undefined)[]) => {
    const ended = await Promise.all(files.map(([path, file], at) => put(path, file.bytes, file.sha256, found[at])));
    return ended.every((written) => written);
  };
  const digests = (files: readonly (readonly [string, IndexFile])[]) =>
    Promise.all(files.map(([path]) => store.digest(path)));

  const plain = content.files.map((file) => [suitePath(suite, file.path), file] as const);
  // Two indices of one folder may be equal, and are then one object.
  const byHash = [...new Map(content.files.map((file) => [suitePath(suite, byHashPath(file)), file] as const))];
  const before = digests(plain);
  // Other bytes under a digest's name are damage; putting the right ones back harms no reader. Nothing names these files
  // yet, so that signing need not be waited for.
  const writing = digests(byHash).then((found) => putAll(byHash, found));
  const ended = [stands ?? signAt(content, options, date), writing, before] as const;
  await Promise.allSettled(ended);
  const [signed, written, there] = await Promise.all(ended);
  if (!written || !(await putAll(plain, there))) return undefined;
  const small = (file: string, bytes: Uint8Array, found: string | undefined) =>
    put(suitePath(suite, file), bytes, sha256(bytes), found);
  if (!(await small("Release", signed.release, release.digest))) return undefined;
  const gpg = await store.digest(suitePath(suite, "Release.gpg"));
  if (!(await small("Release.gpg", signed.releaseGpg, gpg))) return undefined;

  await refuseOvertaken(content, options);
  if (!(await small("InRelease", signed.inRelease, inRelease.digest))) return undefined;
  return { date: signed.date, snapshot: signed.snapshot, objects };
}

/** The channels have the last word: a suite that states a number which is not in force is damaged, and is replaced. */
async function refuseOvertaken({ suite }: SuiteContent, { snapshot, reconfirm }: PublishOptions): Promise<void> {
  const inForce = await reconfirm();
  if (inForce > snapshot) throw new SuiteOvertaken(suite, snapshot, inForce);
  if (inForce < snapshot) {
    const numbers = `snapshot ${snapshot}, but ${inForce} is in force`;
    throw refusal("SLW-SUITE", `The suite ${suite} was made from ${numbers}: channels move before the suite does.`);
  }
}

/**
 * The statement that stands and may keep its date: InRelease is just what would be written then, or Release and
 * Release.gpg are while InRelease is absent, damaged or older (its writer died, or someone removed it).
 */
async function standing(
  store: Store,
  content: SuiteContent,
  options: PublishOptions,
  inRelease: Statement,
  release: Statement,
): Promise<Signed | undefined> {
  const newest = Math.max(inRelease.says?.date ?? 0, release.says?.date ?? 0);
  if (newest < options.signer.public.created) return undefined;
  // Signing is slow, and mostly the statement that stands says something else.
  const text = releaseText(content, { date: newest, snapshot: options.snapshot });
  if (inRelease.text !== text && release.text !== text) return undefined;
  const again = await signAt(content, options, newest);
  if (inRelease.digest === sha256(again.inRelease)) return again;
  const pair =
    release.digest === sha256(again.release) &&
    (await store.digest(suitePath(content.suite, "Release.gpg"))) === sha256(again.releaseGpg);
  return pair && newest > (inRelease.says?.date ?? 0) ? again : undefined;
}

/** Serials only go up: strictly later than anything a client may have seen, and no earlier than the key. */
function nextDate(suite: string, options: PublishOptions, statements: readonly Statement[]): number {
  const newest = Math.max(...statements.map((statement) => statement.says?.date ?? 0));
  if (newest > options.now + MOST_AHEAD) {
    const dates = `${isoSeconds(newest)}, but this machine's clock says ${isoSeconds(options.now)}`;
    throw refusal("SLW-SUITE", `The suite ${suite} is dated ${dates}: its next date would be one that apt refuses.`, {
      hint: `Set the clock right; or, if the suite's date is damage, remove ${suitePath(suite, "InRelease")} and Release.`,
    });
  }
  return Math.max(options.now, newest + 1, options.signer.public.created);
}

async function signAt(content: SuiteContent, { snapshot, signer }: PublishOptions, date: number): Promise<Signed> {
  const text = releaseText(content, { date, snapshot });
  const release = Buffer.from(text);
  const releaseGpg = Buffer.from(await signer.detach(release, date));
  const inRelease = Buffer.from(await signer.clearsign(text, date));
  return { date, snapshot, release, releaseGpg, inRelease };
}

/** Where apt looks for an index with Acquire-By-Hash: beside it, under its own digest. */
function byHashPath(file: IndexFile): string {
  return `${file.path.slice(0, file.path.lastIndexOf("/"))}/by-hash/SHA256/${file.sha256}`;
}
