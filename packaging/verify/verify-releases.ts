import type { ChannelRecord } from "../channels/entry.ts";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { damaged, type Finding, lagging } from "../finding.ts";
import { releaseDigests } from "../record/inspect.ts";
import { parseRecord, type ReleaseRecord, recordLimit } from "../record/record.ts";
import { signaturePath } from "../record/signatures.ts";
import { verifyDetached } from "../signing/openpgp.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";

/** How a bucket is looked at. */
export interface Look {
  readonly store: Store;
  /** Digests of artifacts are taken, where else their size is enough. */
  readonly deep: boolean;
  /** Keys of the bucket's `keys/`. */
  readonly keys: readonly OpenPgpPublic[];
}

const recordPath = /^releases\/[^/]+\/[^/]+\/release\.json$/;

/**
 * Every release of the bucket that has a record: what the record names is there, and, of a release that a channel names,
 * each signature is one of its keys. A record's signatures come after it, so a release that no channel names may lack them.
 */
export async function verifyReleases(
  look: Look,
  named: readonly ChannelRecord[],
): Promise<{ readonly releases: number; readonly findings: readonly Finding[] }> {
  const digests = new Map(named.map(({ record }) => [record.path, record.sha256]));
  const there = (await look.store.list("releases/")).map(({ path }) => path).filter((path) => recordPath.test(path));
  const paths = [...new Set([...there, ...digests.keys()])].sort();
  const findings: Finding[] = [];
  for (const path of paths) findings.push(...(await verifyRelease(look, path, digests.get(path))));
  return { releases: paths.length, findings };
}

async function verifyRelease(look: Look, path: string, promised: string | undefined): Promise<readonly Finding[]> {
  const { store, keys } = look;
  const bytes = await store.read(path, recordLimit).catch(refusedAsAbsent);
  if (bytes === undefined) return [damaged(path, (await store.stat(path)) ? "is altered" : "is missing")];
  const record = readRecord(bytes, path);
  if (record === undefined || (promised ?? sha256(bytes)) !== sha256(bytes)) return [damaged(path, "is altered")];
  const base = path.slice(0, path.lastIndexOf("/"));
  const findings = [...(await contentFindings(look, base, record, promised !== undefined))];
  for (const name of ["release.json", "SHA256SUMS", "manifest.json", "metadata.json"]) {
    const signed = `${base}/${name}`;
    const text = await store.read(signed, recordLimit).catch(refusedAsAbsent);
    const signatures = keys.map(({ fingerprint }) => signaturePath(signed, fingerprint));
    const copy = name === "SHA256SUMS" ? [`${base}/SHA256SUMS.asc`] : [];
    let good = 0;
    for (const signature of [...signatures, ...copy]) {
      const found = await store.read(signature, recordLimit).catch(refusedAsAbsent);
      if (found === undefined || text === undefined) continue;
      if (await signedByAny(keys, signature, text, found)) good++;
      else findings.push(damaged(signature, `is no signature of ${name} by a key of the bucket`));
    }
    const unsigned = "has no signature by a key of the bucket";
    if (good === 0 && text !== undefined)
      findings.push(
        promised ? damaged(signed, unsigned) : lagging(signed, `${unsigned} yet, and no channel names the release`),
      );
  }
  return findings;
}

async function contentFindings(
  { store, deep }: Look,
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
  const findings: Finding[] = [];
  for (const [path, digest] of releaseDigests(base, record)) {
    const size = sizes.get(path);
    const found = await store.stat(path);
    // Sums and the like follow the record; what it names was there before it.
    if (found === undefined) {
      const unfinished = size === undefined && !promised;
      findings.push(
        unfinished ? lagging(path, "is not there yet, and no channel names the release") : damaged(path, "is missing"),
      );
    } else if (size !== undefined && found.size !== size) {
      findings.push(damaged(path, `has ${found.size} bytes, not the recorded ${size}`));
    } else if ((deep || size === undefined) && (await store.digest(path)) !== digest) {
      findings.push(damaged(path, "is altered"));
    }
  }
  return findings;
}

function signedByAny(keys: readonly OpenPgpPublic[], path: string, text: Uint8Array, signature: Uint8Array) {
  const own = keys.filter(({ fingerprint }) => path.endsWith(".asc") || path.endsWith(fingerprint));
  const checks = own.map(({ armored }) => verifyDetached(armored, text, Buffer.from(signature).toString()));
  return Promise.all(checks).then((answers) => answers.includes(true));
}

function readRecord(bytes: Uint8Array, path: string): ReleaseRecord | undefined {
  try {
    return parseRecord(bytes, path);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === "SLW-RECORD") return undefined;
    throw error;
  }
}

/** A giant in an object's place is damage like any other. */
function refusedAsAbsent(error: unknown): undefined {
  if (!(error instanceof SlipwayError)) throw error;
}
