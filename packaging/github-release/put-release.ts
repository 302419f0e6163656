import { refusal } from "../errors.ts";
import type { Asset, Release, ReleaseApi } from "./release-api.ts";

/** A file that a release is to have. */
export interface ReleaseFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

export interface WantedRelease {
  readonly tag: string;
  readonly name: string;
  readonly body: string;
  readonly files: readonly ReleaseFile[];
}

/**
 * Makes a release with exactly these files: a draft first, then every file, and published when all are there, since a
 * published release may be immutable. Goes on where a run before ended: what is there with the same digest is not
 * uploaded again, what is half there is removed from the draft. `fetchFile` gives a file's path on this machine. Refuses
 * (SLW-GITHUB) a published release that has other files.
 */
export async function putRelease(
  api: ReleaseApi,
  wanted: WantedRelease,
  fetchFile: (file: ReleaseFile) => Promise<string>,
): Promise<Release> {
  const found = await api.find(wanted.tag);
  const release = found ?? (await api.createDraft(wanted));
  const there = found === undefined ? [] : await api.assets(release);
  if (!release.draft) {
    const differing = differences(wanted.files, there);
    if (differing.length === 0) return release;
    throw refusal(
      "SLW-GITHUB",
      `the release ${wanted.tag} is published on GitHub with other files: ${differing.slice(0, 5).join(", ")}`,
      {
        hint: "What is published is never changed here. Remove that release by hand where it is not yours, or raise the version.",
      },
    );
  }
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
  return api.publish(release);
}

/** What a release lacks, has besides, or has with other bytes. */
export function differences(files: readonly ReleaseFile[], there: readonly Asset[]): readonly string[] {
  const lines = files.flatMap((file) => {
    const found = there.find(({ name }) => name === file.name);
    if (found === undefined) return [`${file.name}: missing`];
    return holds(found, file) ? [] : [`${file.name}: other bytes`];
  });
  const names = new Set(files.map(({ name }) => name));
  return [...lines, ...there.filter(({ name }) => !names.has(name)).map(({ name }) => `${name}: not of this release`)];
}

/** By size alone where the server keeps no digest. */
function holds({ state, size, digest }: Asset, file: ReleaseFile): boolean {
  if (state !== "uploaded" || size !== file.size) return false;
  return digest === undefined || digest === null || digest === `sha256:${file.sha256}`;
}
