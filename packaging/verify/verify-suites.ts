import { damaged, digests, type Finding } from "../finding.ts";
import { parseRecord, recordLimit } from "../record/record.ts";
import { parseParagraph } from "../repositories/apt/deb822.ts";
import { readInRelease, readRelease, type Statement, suitePath } from "../repositories/apt/read-suite.ts";
import { type ParsedRelease, parseRelease } from "../repositories/apt/release-file.ts";
import { isStored } from "../repositories/apt/suite.ts";
import { sideBySide } from "../side-by-side.ts";
import { verifyClearsigned, verifyDetached } from "../signing/openpgp.ts";
import type { Store } from "../store/store.ts";
import type { Look } from "./verify-releases.ts";

/** Largest uncompressed index that is read: 10,000 packages are some 10 MB. */
const indexLimit = 512 << 20;
const signatureLimit = 64 << 10;
const filesAtOnce = 4;
const byHashFolder = /^(.*)\/by-hash\/SHA256\/([0-9a-f]{64})$/;

/** Names of the bucket's suites: folders below `dists/`. */
export async function suitesOf({ store }: Look): Promise<readonly string[]> {
  const names = (await store.list("dists/")).flatMap(
    ({ path }) => /^dists\/([a-z0-9][a-z0-9.-]*)\//.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)];
}

/**
 * A suite as apt meets it, beside what its statement says of itself: its signatures, every index under its digest, and
 * every package that its indices name, against the records in `shipped` (digest by path) or its own. With `all`, also
 * the indices that were listed before.
 */
export async function verifySuite(
  look: Look,
  suite: string,
  shipped: ReadonlyMap<string, string>,
  all: boolean,
): Promise<readonly Finding[]> {
  const [stated, release] = [await readInRelease(look.store, suite), await readRelease(look.store, suite)];
  const files = Object.entries(stated.says?.files ?? {});
  return [
    ...otherSuite(suite, stated),
    ...(await signatureFindings(look, suite, stated, release)),
    ...(await byHashFindings(look.store, suite, files, all)),
    ...(await foreignFindings(look.store, suite, [stated, release])),
    ...(await packageFindings(look.store, suite, files, shipped)),
  ];
}

/** A statement that is well signed, and is another suite's. */
function otherSuite(suite: string, { says, text }: Statement): readonly Finding[] {
  const other = says === undefined && text !== undefined ? parseRelease(text)?.suite : undefined;
  if (other === undefined) return [];
  const difference = { expected: `the statement of suite ${suite}`, found: `that of suite ${other}` };
  return [damaged(suitePath(suite, "InRelease"), `is that of suite ${other}`, difference)];
}

async function signatureFindings(
  { store, keys }: Look,
  suite: string,
  stated: Statement,
  release: Statement,
): Promise<readonly Finding[]> {
  const [inRelease, gpg] = [suitePath(suite, "InRelease"), suitePath(suite, "Release.gpg")];
  const findings: Finding[] = [];
  const by = keys.map(({ fingerprint }) => fingerprint).join(" or ") || "a key that is trusted";
  const message = stated.text === undefined ? undefined : await store.read(inRelease, indexLimit);
  if (
    message !== undefined &&
    !(await anyKey(keys, (key) => verifyClearsigned(key, Buffer.from(message).toString())))
  ) {
    const difference = { expected: `a signature by ${by}`, found: "none of it over this text" };
    findings.push(damaged(inRelease, "is not signed by a key of the bucket", difference));
  }
  const found = await store.stat(gpg);
  if (found === undefined) return findings;
  const signature = found.size > signatureLimit ? undefined : await store.read(gpg, signatureLimit);
  // Release is written before its signature: for a moment that is of the statement before, as InRelease is.
  const texts = [release.text, stated.text].flatMap((text) => text ?? []);
  const good = await anyKey(keys, async (key) => {
    const checks = texts.map((text) => verifyDetached(key, Buffer.from(text), Buffer.from(signature ?? []).toString()));
    return (await Promise.all(checks)).includes(true);
  });
  const difference = { expected: `a signature of Release by ${by}`, found: "another one, or none" };
  return good ? findings : [...findings, damaged(gpg, "is no signature of Release by a key of the bucket", difference)];
}

type Listed = readonly (readonly [path: string, { readonly sha256: string }])[];

async function byHashFindings(store: Store, suite: string, files: Listed, all: boolean): Promise<readonly Finding[]> {
  const listed = files
    .filter(([file]) => isStored(file))
    .map(([file, { sha256 }]) => suitePath(suite, `${file.slice(0, file.lastIndexOf("/"))}/by-hash/SHA256/${sha256}`));
  const there = all ? (await store.list(`dists/${suite}/`)).map(({ path }) => path) : [];
  const paths = [...new Set([...listed, ...there.filter((path) => byHashFolder.test(path))])];
  const found = await sideBySide(paths, filesAtOnce, async (path) => {
    const expected = byHashFolder.exec(path)?.[2] ?? "";
    const digest = await store.digest(path);
    if (digest === expected) return undefined;
    return damaged(path, digest === undefined ? "is missing" : "is altered", digests(expected, digest));
  });
  return found.flatMap((finding) => finding ?? []);
}

/** Files that no statement of the suite lists. Only a listing tells; indices of before lie under their digests. */
async function foreignFindings(
  store: Store,
  suite: string,
  statements: readonly Statement[],
): Promise<readonly Finding[]> {
  const stated = statements.flatMap(({ says }) => (says === undefined ? [] : [says]));
  if (stated.length === 0) return [];
  const known = new Set(["InRelease", "Release", "Release.gpg", ...stated.flatMap(indexNames)]);
  const folders = new Set([...known].map((file) => file.slice(0, file.lastIndexOf("/"))));
  const within = `dists/${suite}/`;
  const foreign = (await store.list(within)).filter(({ path }) => {
    const file = path.slice(within.length);
    return !known.has(file) && !folders.has(byHashFolder.exec(file)?.[1] ?? " ");
  });
  return foreign.map(({ path, size }) =>
    damaged(path, `is not listed by InRelease of ${suite}`, { expected: "nothing", found: `${size} bytes` }),
  );
}

function indexNames({ files }: ParsedRelease): readonly string[] {
  return Object.keys(files).filter(isStored);
}

async function packageFindings(
  store: Store,
  suite: string,
  files: Listed,
  shipped: ReadonlyMap<string, string>,
): Promise<readonly Finding[]> {
  const findings = new Map<string, Finding>();
  const seen = new Set<string>();
  for (const [file, { sha256 }] of files) {
    if (!file.endsWith("/Packages")) continue;
    const index = suitePath(suite, `${file.slice(0, file.lastIndexOf("/"))}/by-hash/SHA256/${sha256}`);
    const text = Buffer.from((await store.read(index, indexLimit)) ?? []).toString();
    for (const stanza of text.split("\n\n").filter((it) => it.trim() !== "")) {
      const fields = parseParagraph(`${stanza.trimEnd()}\n`);
      const path = fields?.get("Filename");
      if (path === undefined || seen.has(path)) continue;
      seen.add(path);
      const named = { sha256: fields?.get("SHA256") ?? "", size: Number(fields?.get("Size")) };
      const finding = await packageFinding(store, path, named, shipped, suitePath(suite, file));
      if (finding !== undefined) findings.set(path, finding);
    }
  }
  return [...findings.values()];
}

async function packageFinding(
  store: Store,
  path: string,
  named: { readonly sha256: string; readonly size: number },
  shipped: ReadonlyMap<string, string>,
  index: string,
): Promise<Finding | undefined> {
  const recorded = shipped.get(path) ?? (await recordedDigest(store, path));
  if (recorded !== named.sha256) {
    const difference = { expected: `SHA-256 ${recorded ?? "of a record"}`, found: `SHA-256 ${named.sha256}` };
    return damaged(
      index,
      `names ${path}, which ${recorded === undefined ? "no record names" : "its record names otherwise"}`,
      difference,
    );
  }
  const found = await store.stat(path);
  const by = `, but ${index} names it`;
  if (found === undefined) return damaged(path, `is missing${by}`, digests(named.sha256, undefined));
  if (found.size !== named.size) {
    const difference = { expected: `${named.size} bytes, SHA-256 ${named.sha256}`, found: `${found.size} bytes` };
    return damaged(path, `has ${found.size} bytes${by} with ${named.size}`, difference);
  }
  const digest = await store.digest(path);
  return digest === named.sha256 ? undefined : damaged(path, `is altered${by}`, digests(named.sha256, digest));
}

/** What the record beside a package says of it: the suite may be one move behind its channels. */
async function recordedDigest(store: Store, path: string): Promise<string | undefined> {
  const folder = /^(releases\/[^/]+\/[^/]+)\/([^/]+)$/.exec(path);
  if (folder === null) return undefined;
  const [, base, name] = folder;
  const where = `${base}/release.json`;
  const found = await store.stat(where);
  const bytes = found === undefined || found.size > recordLimit ? undefined : await store.read(where, recordLimit);
  try {
    return bytes && parseRecord(bytes, where).artifacts.find((it) => it.name === name)?.shipped;
  } catch {
    return undefined;
  }
}

async function anyKey(keys: Look["keys"], check: (armored: string) => Promise<boolean>): Promise<boolean> {
  for (const { armored } of keys) if (await check(armored)) return true;
  return false;
}
