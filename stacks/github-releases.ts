import type * as pulumi from "@pulumi/pulumi";
import { GithubRelease } from "../components/providers/github-release.ts";
import { filesOf, tagOf } from "../packaging/github-release/wanted-release.ts";
import type { GithubReleaseSetting } from "../packaging/github-settings.ts";
import type { Places } from "../packaging/places.ts";
import type { PlannedPointer } from "../packaging/plan/pointer-plan.ts";
import { keySource } from "../packaging/setting-values.ts";
import { isPrerelease } from "../packaging/version.ts";

/** Keeps the releases that a stack's channels point at on GitHub too, once the channels do. */
export async function githubReleases(
  { repository, token }: GithubReleaseSetting,
  bucket: string,
  { store }: Places,
  pointers: readonly PlannedPointer[],
  options: pulumi.CustomResourceOptions,
): Promise<readonly GithubRelease[]> {
  const wanted = await Promise.all(
    pointers.map(async ({ release }) => ({ record: release.record, files: await filesOf(store, release) })),
  );
  return wanted.map(({ record, files }) => {
    const { product, version, summary, description } = record;
    const said = {
      tag: tagOf(record),
      name: `${product} ${version}`,
      body: [summary, ...description].join("\n\n"),
      prerelease: isPrerelease(version),
    };
    const args = { bucket, repository, product, ...said, files, token: keySource(token) };
    return new GithubRelease(`${product}-github`, args, options);
  });
}
