import type * as pulumi from "@pulumi/pulumi";
import { readSigners } from "../components/referenced-keys.ts";
import type { Places } from "../packaging/places.ts";
import type { PlannedPointer } from "../packaging/plan/pointer-plan.ts";
import { keySource } from "../packaging/setting-values.ts";
import type { Settings } from "../packaging/settings.ts";
import { isPrerelease } from "../packaging/version.ts";

/** Registers the releases on GitHub, once the channels point at them. */
export type GithubReleases = (after: readonly pulumi.Resource[]) => readonly pulumi.Resource[];

/**
 * Plans the releases that a stack's channels point at for GitHub too, where a setting asks for them: what cannot be is refused
 * here, before any channel moves. Modules are loaded by those alone who have the setting.
 */
export async function planGithubReleases(
  settings: Settings,
  { store }: Places,
  pointers: readonly PlannedPointer[],
  within: pulumi.ComponentResourceOptions = {},
): Promise<GithubReleases> {
  const { githubRelease, bucket } = settings;
  if (githubRelease === undefined) return () => [];
  const { repository, token } = githubRelease;
  const { GithubRelease } = await import("../components/providers/github-release.ts");
  const { filesOf, nameOf } = await import("../packaging/github-release/wanted-release.ts");
  const { tagOf } = await import("../packaging/github-release/tag.ts");
  const signers = await readSigners(settings);
  const wanted = await Promise.all(
    pointers.map(async ({ release }) => ({ record: release.record, files: await filesOf(store, release, signers) })),
  );
  return (after) =>
    wanted.map(({ record, files }) => {
      const { product, version, summary, description } = record;
      const said = {
        tag: tagOf(record),
        name: nameOf(record),
        body: [summary, ...description].join("\n\n"),
        prerelease: isPrerelease(version),
      };
      const args = { bucket, repository, product, ...said, files, token: keySource(token) };
      return new GithubRelease(`${product}-github`, args, { ...within, dependsOn: [...after] });
    });
}
