import { damaged, type Finding, lagging } from "../../finding.ts";
import type { Store } from "../../store/store.ts";
import { readInRelease, readRelease, type Statement, suitePath } from "./read-suite.ts";
import type { ParsedRelease } from "./release-file.ts";
import { isStored, type SuiteContent } from "./suite.ts";

/** What a suite is to say: the number of the snapshot in force, and what follows from it. */
export interface InForce {
  readonly snapshot: number;
  /** Asked only where the suite states another snapshot; undefined where no channel is in force that it is made of. */
  readonly content: () => Promise<SuiteContent | undefined>;
}

/**
 * What is behind or damaged in a suite: its statement against what is in force, and its files against its statement.
 * Signatures are not checked, and an index under its digest only by its size: this is what every preview can afford.
 */
export async function suiteFindings(store: Store, suite: string, inForce: InForce): Promise<readonly Finding[]> {
  const path = suitePath(suite, "InRelease");
  const inRelease = await readInRelease(store, suite);
  const { says } = inRelease;
  if (inRelease.digest === undefined) {
    if ((await inForce.content()) === undefined) return [];
    return [lagging(path, "is not there: what the channel offers is not published")];
  }
  if (says === undefined) {
    // Release says the same of the indices.
    const release = (await readRelease(store, suite)).says;
    return [damaged(path, "cannot be read"), ...(release ? await indexFindings(store, suite, release) : [])];
  }
  return [
    ...(await statementFindings(path, says, inForce)),
    ...(await indexFindings(store, suite, says)),
    ...(await releaseFindings(store, suite, inRelease)),
  ];
}

async function statementFindings(path: string, says: ParsedRelease, inForce: InForce): Promise<readonly Finding[]> {
  const numbers = `states snapshot ${says.snapshot}, but ${inForce.snapshot} is in force`;
  if (says.snapshot === inForce.snapshot) return [];
  if (says.snapshot > inForce.snapshot) return [damaged(path, numbers)];
  const content = await inForce.content();
  const indices = content === undefined ? [] : [...content.files, ...content.listed];
  const same =
    indices.length === Object.keys(says.files).length &&
    indices.every((index) => says.files[index.path]?.sha256 === index.sha256);
  return same ? [] : [lagging(path, `${numbers} and offers other packages`)];
}

/** An index under its plain name may be that of the next statement: it is written before InRelease. */
async function indexFindings(store: Store, suite: string, says: ParsedRelease): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [file, { sha256, size }] of Object.entries(says.files)) {
    if (!isStored(file)) continue;
    const folder = suitePath(suite, `${file.slice(0, file.lastIndexOf("/"))}/by-hash/SHA256`);
    const under = await store.stat(`${folder}/${sha256}`);
    if (under?.size !== size) findings.push(damaged(`${folder}/${sha256}`, under ? "is altered" : "is missing"));
    const path = suitePath(suite, file);
    const found = await store.digest(path);
    if (found === sha256) continue;
    const known = found !== undefined && (await store.stat(`${folder}/${found}`)) !== undefined;
    if (known) findings.push(lagging(path, "is not the one that InRelease lists: an update was not finished"));
    else findings.push(damaged(path, found === undefined ? "is missing" : "is altered"));
  }
  return findings;
}

/** Release says what InRelease says, or is that of the next statement. */
async function releaseFindings(store: Store, suite: string, { says, text }: Statement): Promise<readonly Finding[]> {
  const release = await readRelease(store, suite);
  const [path, gpg] = [suitePath(suite, "Release"), suitePath(suite, "Release.gpg")];
  const findings = (await store.stat(gpg)) === undefined ? [damaged(gpg, "is missing")] : [];
  if (release.digest !== undefined && release.text === text) return findings;
  const ahead = release.says !== undefined && release.says.date > (says?.date ?? 0);
  if (ahead)
    return [...findings, lagging(suitePath(suite, "InRelease"), "is older than Release: an update was not finished")];
  return [...findings, damaged(path, release.digest === undefined ? "is missing" : "is altered")];
}
