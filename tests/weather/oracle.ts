import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../../packaging/digest.ts";
import type { Finding } from "../../packaging/finding.ts";
import { run } from "../../packaging/process.ts";
import { directoryStore } from "../../packaging/store/directory.ts";
import { verifyBucket } from "../../packaging/verify/verify-bucket.ts";
import { look } from "../channels/python-tuf.ts";
import { falseHistory } from "./history.ts";
import type { Seen } from "./phases.ts";

/** Where clients look. */
export interface Outlook {
  readonly bucket: string;
  /** Where the bucket is served, with a final slash. */
  readonly url: string;
  /** What a TUF client that follows the channel remembers. */
  readonly memory: string;
  /** The channel, and the suite of its name. */
  readonly channel: string;
}

/**
 * What is wrong with a bucket, in the words of those who know nothing of how it was written: gpgv for the suite's
 * signatures, SHA-256 of every index by name and under its digest, every package that an index names, and python-tuf for
 * the channel; then what Slipway itself tells of damage and history. An empty list: every index is whole, and shows one
 * of `allowed`.
 */
export async function torn(at: Outlook, allowed: readonly Seen[]): Promise<readonly string[]> {
  const damage = (await found(at.bucket, "damaged")).map(({ sentence }) => `verify: ${sentence}`);
  const history = (await falseHistory(at.bucket, at.channel, allowed)).map((it) => `history: ${it}`);
  return [...(await tornSuite(at, allowed)), ...(await tornChannel(at, allowed)), ...damage, ...history];
}

/** What Slipway's own reader finds in a bucket; damage is never the work of an update that died. */
export async function found(bucket: string, kind: Finding["kind"]): Promise<readonly Finding[]> {
  const { findings } = await verifyBucket(directoryStore(bucket), { history: true, listed: true });
  return findings.filter((it) => it.kind === kind);
}

/** What a TUF client that has followed the channel sees; its memory is kept for the next look. */
async function tornChannel(
  { bucket, url, memory, channel }: Outlook,
  allowed: readonly Seen[],
): Promise<readonly string[]> {
  const root = join(bucket, "tuf", "1.root.json");
  const versions = allowed.map(({ channel }) => channel);
  const timestamp = existsSync(join(bucket, "tuf", "timestamp.json"));
  if (!existsSync(root) || !timestamp) {
    return versions.includes(undefined) ? [] : ["the bucket has no TUF root or no timestamp.json any more"];
  }
  const seen = await look(url, root, memory, `channels/alpha/${channel}.json`);
  // Delegated before it was ever moved: python-tuf has no other words for a channel that is not there yet.
  const unmoved = seen.says === `Role alpha-${channel} was delegated but is not part of snapshot`;
  if (unmoved && versions.includes(undefined)) return [];
  if (seen.refused !== undefined) return [`python-tuf refuses the channel: ${seen.refused} ${seen.says}`];
  const version = seen.found?.split(" ")[0];
  return versions.includes(version) ? [] : [`python-tuf sees alpha ${version}, not ${versions.join(" or ")}`];
}

async function tornSuite({ bucket, channel }: Outlook, allowed: readonly Seen[]): Promise<readonly string[]> {
  const suite = join(bucket, "dists", channel);
  const versions = allowed.map((it) => it.suite?.join(" "));
  if (!existsSync(join(suite, "InRelease"))) {
    return versions.includes(undefined) ? [] : ["the suite has no InRelease any more"];
  }
  const signed = readFileSync(join(suite, "InRelease"), "utf8");
  const wrong = [...(await refusedBy(bucket, suite, ["InRelease"])), ...(await tornRelease(bucket, suite, signed))];
  const listed = [...signed.matchAll(/^ ([0-9a-f]{64}) (\d+) (\S+)$/gm)].map(([, digest = "", size, path = ""]) => ({
    ...{ digest, size: Number(size), path },
  }));
  if (listed.length < 6) wrong.push(`InRelease lists ${listed.length} indices`);
  const offered = new Set<string>();
  for (const { digest, size, path } of listed) {
    // apt wants the plain form listed; of Contents only the compressed one is published.
    if (/\/Contents-[^./]+$/.test(path)) continue;
    const byHash = join(suite, path, "..", "by-hash", "SHA256");
    const bytes = existsSync(join(byHash, digest)) ? readFileSync(join(byHash, digest)) : undefined;
    if (bytes === undefined || sha256(bytes) !== digest || bytes.length !== size) {
      wrong.push(`${path} is not under its digest as InRelease says`);
      continue;
    }
    // Under its plain name an index is of this statement or of the next one, and whole.
    const plain = existsSync(join(suite, path)) ? sha256(readFileSync(join(suite, path))) : "missing";
    if (plain !== digest && !namesIn(byHash).includes(plain)) wrong.push(`${path} is ${plain} under its plain name`);
    if (!path.endsWith("/Packages")) continue;
    for (const stanza of bytes
      .toString()
      .split("\n\n")
      .filter((text) => text.trim() !== "")) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(stanza)?.[1] ?? "";
      if (field("Package") === "alpha") offered.add(field("Version"));
      const file = join(bucket, field("Filename"));
      const found = existsSync(file) ? readFileSync(file) : undefined;
      if (found?.length !== Number(field("Size")) || sha256(found) !== field("SHA256")) {
        wrong.push(`${field("Filename")} is not as ${path} says`);
      }
    }
  }
  const shown = [...offered].sort().join(" ");
  if (!versions.includes(shown)) wrong.push(`apt is offered alpha ${shown}, not ${versions.join(" or ")}`);
  return wrong;
}

/** Release and Release.gpg are two files: each is of one statement, and whole. */
async function tornRelease(bucket: string, suite: string, inRelease: string): Promise<readonly string[]> {
  if (!existsSync(join(suite, "Release")) || !existsSync(join(suite, "Release.gpg"))) {
    return ["InRelease is there, but Release or Release.gpg is not"];
  }
  const pair = await refusedBy(bucket, suite, ["Release.gpg", "Release"]);
  if (pair.length === 0) return [];
  const text = `${/^$\n([\s\S]*?)\n-----BEGIN PGP SIGNATURE-----$/m.exec(inRelease)?.[1]}\n`;
  const folder = await mkdtemp(join(tmpdir(), "slipway-release-"));
  try {
    await writeFile(join(folder, "Release"), text);
    const signed = await refusedBy(bucket, suite, ["Release.gpg", join(folder, "Release")]);
    return signed.length === 0 ? [] : pair;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What gpgv says against a file of the suite, with the keys that the bucket gives to its users. */
async function refusedBy(bucket: string, suite: string, files: readonly string[]): Promise<readonly string[]> {
  const keyring = join(bucket, "keys", "team-archive-keyring.gpg");
  if (!existsSync(keyring)) return ["the bucket has a suite and no keyring"];
  const { exitCode, stderr } = await run({
    file: "gpgv",
    args: ["--keyring", keyring, ...files],
    folder: suite,
    accept: [0, 1, 2],
    installHint: "Install it with: apt install gpgv",
  });
  return exitCode === 0 ? [] : [`gpgv refuses ${files[0]}: ${stderr.replaceAll("\n", " ")}`];
}

/** Files of a killed writer that are left beside the bucket's objects under a name that clients could meet. */
export function strays(bucket: string): readonly string[] {
  const names = readdirSync(bucket, { recursive: true, encoding: "utf8" });
  return names.filter(
    (name) =>
      !name.startsWith(".tmp") && /(^|\/)\d+-[0-9a-f-]{36}$/.test(name) && statSync(join(bucket, name)).isFile(),
  );
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
