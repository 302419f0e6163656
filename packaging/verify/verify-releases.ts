import type { ChannelRecord } from "../channels/entry.ts";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { damaged, digests, type Finding, lagging } from "../finding.ts";
import { releaseDigests } from "../record/inspect.ts";
import { parseRecord, type ReleaseRecord, recordLimit } from "../record/record.ts";
import { signaturePath } from "../record/signatures.ts";
import { sideBySide } from "../side-by-side.ts";
import { verifyDetached } from "../signing/openpgp.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";

/** How a bucket is looked at. */
export interface Look {
  readonly store: Store;
  /** Keys whose signatures count. */
  readonly keys: readonly OpenPgpPublic[];
}

/** Releases and objects of one that are looked at side by side: memory holds a piece of each object. */
const releasesAtOnce = 2;
const objectsAtOnce = 4;

const recordPath = /^releases\/[^/]+\/[^/]+\/release\.json$/;
const signedFiles = ["release.json", "SHA256SUMS", "manifest.json", "metadata.json"] as const;

/** What was followed, and what it says of packages. */
export interface VerifiedReleases {
  readonly releases: number;
  readonly findings: readonly Finding[];
  /** Digest of each artifact of a record that is whole, by its path in the bucket. */
  readonly shipped: ReadonlyMap<string, string>;
}

/**
 * The releases that channels name, and with `all` also every other one of the bucket that has a record: what the record
 * names is there byte for byte, nothing else is, and each signature is one of the keys. A record's signatures come after
 * it, so a release that no channel names may lack them.
 */
export async function verifyReleases(
  look: Look,
  named: readonly ChannelRecord[],
  all: boolean,
): Promise<VerifiedReleases> {
  const promised = new Map(named.map(({ record }) => [record.path, record.sha256]));
  const there = all ? (await look.store.list("releases/")).map(({ path }) => path) : [];
  const paths = [...new Set([...there.filter((path) => recordPath.test(path)), ...promised.keys()])].sort();
  const shipped = new Map<string, string>();
  const findings = await sideBySide(paths, releasesAtOnce, (path) =>
    verifyRelease(look, path, promised.get(path), shipped),
  );
  return { releases: paths.length, findings: findings.flat(), shipped };
}

async function verifyRelease(
  look: Look,
  path: string,
  promised: string | undefined,
  shipped: Map<string, string>,
): Promise<readonly Finding[]> {
  const bytes = await readWithin(look.store, path);
  const found = bytes === undefined ? await look.store.digest(path) : sha256(bytes);
  if (found === undefined) return [damaged(path, "is missing", digests(promised ?? "of its record", found))];
  const record = bytes && readRecord(bytes, path);
  if (record === undefined || (promised ?? found) !== found) {
    const difference =
      promised === undefined ? { expected: "a release record", found: "something else" } : digests(promised, found);
    const said = record === undefined ? "" : `: the record of ${record.product} ${record.version} lies there`;
    return [damaged(path, `is altered${promised === undefined ? "" : said}`, difference)];
  }
  const base = path.slice(0, path.lastIndexOf("/"));
  for (const artifact of record.artifacts) shipped.set(`${base}/${artifact.name}`, artifact.shipped);
  return [
    ...(await contentFindings(look.store, base, record, promised !== undefined)),
    ...(await signatureFindings(look, base, promised !== undefined)),
    ...(await foreignFindings(look.store, base, record)),
  ];
}

async function contentFindings(
  store: Store,
  base: string,
  record: ReleaseRecord,
  promised: boolean,
): Promise<readonly Finding[]> {
  const sizes = new Map(
    record.artifacts.flatMap(({ name, size, inventory }) => [
      [`${base}/${name}`, size] as [string, number],
      [`${base}/${inventory.path}`, inventory.size] as [string, number],
    ]),
  );
  const expected = releaseDigests(base, record);
  const names = new Map([...expected].map(([path, digest]) => [digest, path.slice(base.length + 1)]));
  const found = await sideBySide([...expected], objectsAtOnce, async ([path, digest]) => {
    const size = sizes.get(path);
    const there = await store.stat(path);
    // Sums and the like follow the record; what it names was there before it.
    if (there === undefined && size === undefined && !promised) {
      return lagging(path, "is not there yet, and no channel names the release");
    }
    if (there === undefined) return damaged(path, "is missing", digests(digest, undefined));
    if (size !== undefined && there.size !== size) {
      const difference = { expected: `${size} bytes, SHA-256 ${digest}`, found: `${there.size} bytes` };
      return damaged(path, `has ${there.size} bytes, not the recorded ${size}`, difference);
    }
    const now = await store.digest(path);
    if (now === digest) return undefined;
    const other = names.get(now ?? "");
    return damaged(path, other === undefined ? "is altered" : `has the bytes of ${other}`, digests(digest, now));
  });
  return found.flatMap((finding) => finding ?? []);
}

async function signatureFindings({ store, keys }: Look, base: string, promised: boolean): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const expected = keys.map(({ fingerprint }) => fingerprint).join(", ") || "a key that is trusted";
  for (const name of signedFiles) {
    const path = `${base}/${name}`;
    const text = await readWithin(store, path);
    if (text === undefined) {
      // What else is missing follows from the record, which says so itself.
      if (name === "metadata.json" && promised) findings.push(damaged(path, "is missing"));
      continue;
    }
    let good = 0;
    for (const { fingerprint, armored } of keys) {
      const signature = signaturePath(path, fingerprint);
      const found = await readWithin(store, signature);
      if (found === undefined) continue;
      if (await verifyDetached(armored, text, Buffer.from(found).toString())) good++;
      else findings.push(noSignature(signature, name, fingerprint));
    }
    if (good > 0) continue;
    const unsigned = "has no signature by a key of the bucket";
    const difference = { expected: `a signature by ${expected}`, found: "none" };
    findings.push(
      promised
        ? damaged(path, unsigned, difference)
        : lagging(path, `${unsigned} yet, and no channel names the release`),
    );
  }
  return [...findings, ...(await copyFindings({ store, keys }, base, promised))];
}

/** `SHA256SUMS.asc`, which is by whichever key signed first. */
async function copyFindings({ store, keys }: Look, base: string, promised: boolean): Promise<readonly Finding[]> {
  const path = `${base}/SHA256SUMS.asc`;
  const [sums, copy] = [await readWithin(store, `${base}/SHA256SUMS`), await readWithin(store, path)];
  if (sums === undefined) return [];
  if (copy === undefined && (await store.stat(path)) === undefined) {
    const what = "is not there";
    return [promised ? damaged(path, what) : lagging(path, `${what} yet, and no channel names the release`)];
  }
  for (const { armored } of copy === undefined ? [] : keys) {
    if (await verifyDetached(armored, sums, Buffer.from(copy ?? []).toString())) return [];
  }
  return [noSignature(path, "SHA256SUMS", keys.map(({ fingerprint }) => fingerprint).join(" or "))];
}

function noSignature(path: string, name: string, by: string): Finding {
  const difference = { expected: `a signature of ${name} as it is, by ${by}`, found: "another one, or none" };
  return damaged(path, `is no signature of ${name} by a key of the bucket`, difference);
}

/** A release is written once: what its record does not name was put there by somebody else. Only a listing tells. */
async function foreignFindings(store: Store, base: string, record: ReleaseRecord): Promise<readonly Finding[]> {
  const known = new Set([...releaseDigests(base, record).keys(), `${base}/metadata.json`, `${base}/SHA256SUMS.asc`]);
  const signature = /^(.*)\.sig\/[0-9A-F]{40}$/;
  const foreign = (await store.list(`${base}/`)).filter(
    ({ path }) => !known.has(path) && !known.has(signature.exec(path)?.[1] ?? ""),
  );
  return foreign.map(({ path, size }) =>
    damaged(path, "is not named by the release's record", { expected: "nothing", found: `${size} bytes` }),
  );
}

function readRecord(bytes: Uint8Array, path: string): ReleaseRecord | undefined {
  try {
    return parseRecord(bytes, path);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === "SLW-RECORD") return undefined;
    throw error;
  }
}

/** A giant in an object's place is damage like any other; that the bucket cannot be read is none. */
async function readWithin(store: Store, path: string): Promise<Uint8Array | undefined> {
  const found = await store.stat(path);
  return found === undefined || found.size > recordLimit ? undefined : store.read(path, recordLimit);
}
