import { refusal } from "../errors.ts";
import { compareVersions, isPrerelease } from "../version.ts";
import type { Asset, Release, ReleaseApi } from "./release-api.ts";
import { versionOfTag } from "./tag.ts";

/** A file that a release is to have. */
export interface ReleaseFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** The signature of a release's sums. A new signing key makes another: of a published release it counts that one is there. */
export const signatureName = "SHA256SUMS.asc";

export interface WantedRelease {
  readonly product: string;
  readonly tag: string;
  /** Product and version. */
  readonly name: string;
  /** Whether the version has a pre-release part (semver.org, §9). */
  readonly prerelease: boolean;
  readonly body: string;
  readonly files: readonly ReleaseFile[];
}

/**
 * Makes a release with exactly these files: a draft first, then every file, and published when all are there, since a
 * published release may be immutable. Goes on where a run before ended: what is there with the same digest is not
 * uploaded again, what is half there is removed from the draft. `fetchFile` gives a file's path on this machine. Refuses
 * (SLW-GITHUB) a published release that has other files, and a draft of this tag that somebody else made.
 */
export async function putRelease(
  api: ReleaseApi,
  wanted: WantedRelease,
  fetchFile: (file: ReleaseFile) => Promise<string>,
): Promise<Release> {
  const release = (await findRelease(api, wanted)) ?? (await newDraft(api, wanted));
  if (!release.draft) return release;
  const there = await api.assets(release);
  for (const file of wanted.files) {
    const same = there.find(({ name }) => name === file.name);
    if (same !== undefined && holds(same, file)) continue;
    if (same !== undefined) await api.removeAsset(same);
    const uploaded = await api.upload(release, file.name, await fetchFile(file), file.size);
    if (holds(uploaded, file)) continue;
    throw refusal(
      "SLW-GITHUB",
      `GitHub has other bytes of ${file.name} than were uploaded; the release is a draft still.`,
    );
  }
  const names = new Set(wanted.files.map(({ name }) => name));
  for (const other of there.filter(({ name }) => !names.has(name))) await api.removeAsset(other);
  return api.publish(release, isLatest(await api.releases(), wanted));
}

/**
 * Whether a release becomes the repository's latest one when it is published: no pre-release, and none while a higher version
 * of the product is published. Of several products it is the one that was published last.
 */
function isLatest(releases: readonly Release[], { product, tag, prerelease }: WantedRelease): boolean {
  const own = versionOfTag(product, tag);
  if (prerelease || own === undefined) return false;
  const others = releases.flatMap((it) => (it.draft ? [] : (versionOfTag(product, it.tag_name) ?? [])));
  return others.every((version) => isPrerelease(version) || compareVersions(version, own) <= 0);
}

/** The release of a tag that is published, or else the oldest of Slipway's own drafts: two runs at once may make two. */
export function ownRelease(
  releases: readonly Release[],
  wanted: Pick<WantedRelease, "tag" | "name">,
): Release | undefined {
  const oldest = ofTag(releases, wanted).toSorted((one, other) => one.id - other.id);
  const isOwn = ({ body }: Release) => (body ?? "").split(/\r?\n/).includes(markerOf(wanted));
  return oldest.find(({ draft }) => !draft) ?? oldest.find(isOwn);
}

function ofTag(releases: readonly Release[], { tag }: Pick<WantedRelease, "tag">): readonly Release[] {
  return releases.filter(({ tag_name }) => tag_name === tag);
}

/** A release that is there, and what it has other than it was to have: nothing of a draft, which is gone on with. */
export interface FoundRelease {
  readonly release: Release;
  /** One line for each file (`differences`). */
  readonly differing: readonly string[];
}

/** The release of a tag that is there: published, or a draft of Slipway's own. Changes nothing. Refuses (SLW-GITHUB) a draft of somebody else's. */
export async function lookForRelease(
  api: Pick<ReleaseApi, "releases" | "assets">,
  wanted: Pick<WantedRelease, "tag" | "name" | "files">,
): Promise<FoundRelease | undefined> {
  const releases = await api.releases();
  const release = ownRelease(releases, wanted);
  if (release === undefined) {
    const [foreign] = ofTag(releases, wanted);
    if (foreign === undefined) return undefined;
    throw foreignDraft(foreign);
  }
  return { release, differing: release.draft ? [] : differences(wanted.files, await api.assets(release)) };
}

/** The same for whoever is to write it: refuses (SLW-GITHUB) one that is published with other files, too. */
async function findRelease(
  api: Pick<ReleaseApi, "releases" | "assets">,
  wanted: Pick<WantedRelease, "tag" | "name" | "files">,
): Promise<Release | undefined> {
  const { release, differing = [] } = (await lookForRelease(api, wanted)) ?? {};
  if (differing.length === 0) return release;
  throw refusal(
    "SLW-GITHUB",
    `the release ${wanted.tag} is published on GitHub with other files: ${someOf(differing)}`,
    {
      hint:
        "What is published is never changed here. Give it these files by hand, remove that release where it is not yours, or " +
        "raise the version.",
    },
  );
}

/** As many of them as a sentence holds. */
export function someOf(differing: readonly string[]): string {
  return differing.slice(0, 5).join(", ");
}

function foreignDraft({ tag_name, name, html_url }: Release): Error {
  const called = name === null || name === undefined ? "without a name" : JSON.stringify(name);
  return refusal("SLW-GITHUB", `somebody else made a draft of ${tag_name} on GitHub, ${called} (${html_url})`, {
    hint: "Publish it under another tag or delete it there, and run again. Nothing of it was touched.",
  });
}

async function newDraft(api: ReleaseApi, wanted: WantedRelease): Promise<Release> {
  const created = await api.createDraft({ ...wanted, body: `${wanted.body}\n\n${markerOf(wanted)}` });
  // Another run may have made one too: both go on with the same.
  return (await findRelease(api, wanted)) ?? created;
}

/** The line of a release's text, unseen on its page, by which a draft is known as Slipway's. */
function markerOf({ name }: Pick<WantedRelease, "name">): string {
  return `<!-- slipway: ${name} -->`;
}

/** What a published release lacks, has besides, or has with other bytes; of a signature, that none is there. */
export function differences(files: readonly ReleaseFile[], there: readonly Asset[]): readonly string[] {
  const lines = files.flatMap((file) => {
    const found = there.find(({ name }) => name === file.name);
    if (found === undefined) return [`${file.name}: missing`];
    return holds(found, file) || isSignature(found) ? [] : [`${file.name}: other bytes`];
  });
  const names = new Set(files.map(({ name }) => name));
  const others = there.filter(({ name }) => name !== signatureName && !names.has(name));
  return [...lines, ...others.map(({ name }) => `${name}: not of this release`)];
}

/** A whole one, whosever it is: an upload that never ended is none. */
function isSignature({ name, state }: Asset): boolean {
  return name === signatureName && state === "uploaded";
}

/** By size alone where the server keeps no digest. */
function holds({ state, size, digest }: Asset, file: ReleaseFile): boolean {
  if (state !== "uploaded" || size !== file.size) return false;
  return digest === undefined || digest === null || digest === `sha256:${file.sha256}`;
}
