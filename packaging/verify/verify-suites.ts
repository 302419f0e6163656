import { damaged, type Finding } from "../finding.ts";
import { parseParagraph } from "../repositories/apt/deb822.ts";
import { readInRelease, readRelease, suitePath } from "../repositories/apt/read-suite.ts";
import { verifyClearsigned, verifyDetached } from "../signing/openpgp.ts";
import type { Look } from "./verify-releases.ts";

/** Largest uncompressed index that is read: 10,000 packages are some 10 MB. */
const indexLimit = 512 << 20;
const signatureLimit = 64 << 10;

/** Names of the bucket's suites: folders below `dists/`. */
export async function suitesOf({ store }: Look): Promise<readonly string[]> {
  const names = (await store.list("dists/")).flatMap(
    ({ path }) => /^dists\/([a-z0-9][a-z0-9.-]*)\//.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)];
}

/**
 * A suite as apt meets it, beside what its statement says of itself: its signatures, every index under its digest, and
 * every package that its indices name.
 */
export async function verifySuite(look: Look, suite: string): Promise<readonly Finding[]> {
  const says = (await readInRelease(look.store, suite)).says;
  return [
    ...(await signatureFindings(look, suite)),
    ...(await byHashFindings(look, suite)),
    ...(says === undefined ? [] : await packageFindings(look, suite, Object.entries(says.files))),
  ];
}

async function signatureFindings({ store, keys }: Look, suite: string): Promise<readonly Finding[]> {
  const [inRelease, gpg] = [suitePath(suite, "InRelease"), suitePath(suite, "Release.gpg")];
  const findings: Finding[] = [];
  const stated = await readInRelease(store, suite);
  const message = stated.text === undefined ? undefined : await store.read(inRelease, indexLimit);
  if (
    message !== undefined &&
    !(await anyKey(keys, (key) => verifyClearsigned(key, Buffer.from(message).toString())))
  ) {
    findings.push(damaged(inRelease, "is not signed by a key of the bucket"));
  }
  const found = await store.stat(gpg);
  if (found === undefined) return findings;
  const signature = found.size > signatureLimit ? undefined : await store.read(gpg, signatureLimit);
  // Release is written before its signature: for a moment that is of the statement before, as InRelease is.
  const texts = [(await readRelease(store, suite)).text, stated.text].flatMap((text) => text ?? []);
  const good = await anyKey(keys, async (key) => {
    const checks = texts.map((text) => verifyDetached(key, Buffer.from(text), Buffer.from(signature ?? []).toString()));
    return (await Promise.all(checks)).includes(true);
  });
  return good ? findings : [...findings, damaged(gpg, "is no signature of Release by a key of the bucket")];
}

async function byHashFindings({ store }: Look, suite: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { path } of await store.list(`dists/${suite}/`)) {
    const digest = /\/by-hash\/SHA256\/([0-9a-f]{64})$/.exec(path)?.[1];
    if (digest !== undefined && (await store.digest(path)) !== digest) findings.push(damaged(path, "is altered"));
  }
  return findings;
}

async function packageFindings(
  { store, deep }: Look,
  suite: string,
  files: readonly (readonly [path: string, { readonly sha256: string }])[],
): Promise<readonly Finding[]> {
  const findings = new Map<string, Finding>();
  for (const [file, { sha256 }] of files) {
    if (!file.endsWith("/Packages")) continue;
    const index = suitePath(suite, `${file.slice(0, file.lastIndexOf("/"))}/by-hash/SHA256/${sha256}`);
    const text = Buffer.from((await store.read(index, indexLimit)) ?? []).toString();
    for (const stanza of text.split("\n\n").filter((it) => it.trim() !== "")) {
      const fields = parseParagraph(`${stanza.trimEnd()}\n`);
      const path = fields?.get("Filename");
      if (path === undefined || findings.has(path)) continue;
      const found = await store.stat(path);
      const size = Number(fields?.get("Size"));
      const named = `, but ${suitePath(suite, file)} names it`;
      if (found === undefined) findings.set(path, damaged(path, `is missing${named}`));
      else if (found.size !== size) findings.set(path, damaged(path, `has ${found.size} bytes${named} with ${size}`));
      else if (deep && (await store.digest(path)) !== fields?.get("SHA256")) {
        findings.set(path, damaged(path, `is altered${named}`));
      }
    }
  }
  return [...findings.values()];
}

async function anyKey(keys: Look["keys"], check: (armored: string) => Promise<boolean>): Promise<boolean> {
  for (const { armored } of keys) if (await check(armored)) return true;
  return false;
}
