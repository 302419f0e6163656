import { sha256 } from "../digest.ts";
import { gitHubUrl } from "../github/github.ts";
import { lookForRelease, signatureName, someOf } from "../github-release/put-release.ts";
import { type ReleaseApi, releaseApi } from "../github-release/release-api.ts";
import { tagOf } from "../github-release/tag.ts";
import { nameOf, recordedFiles } from "../github-release/wanted-release.ts";
import type { Release } from "../plan/release-plan.ts";
import { type Answer, answered } from "./answer.ts";

/** A signature that is not known yet: of one that is published it counts that it is there (`differences`). */
const anySignature = { name: signatureName, size: 0, sha256: sha256("") };

/** Which of these releases a repository has already, and with the files that they are to have. Its releases are listed once. */
export async function askEachRelease(
  repository: string,
  token: string,
  releases: readonly Release[],
): Promise<readonly Answer[]> {
  if (releases.length === 0) return [];
  const api = releaseApi({ apiUrl: gitHubUrl(), repository, token });
  const listed = api.releases();
  return Promise.all(releases.map((it) => askRelease(repository, { ...api, releases: () => listed }, it)));
}

/**
 * Refuses nothing that is published: an update writes what is published no more, and files that people added to
 * it stop none. Where it has to be written all the same, its resource refuses.
 */
async function askRelease(
  repository: string,
  api: Pick<ReleaseApi, "releases" | "assets">,
  release: Release,
): Promise<Answer> {
  const tag = tagOf(release.record);
  return answered(repository, `is there a release ${tag}?`, async () => {
    const files = [...recordedFiles(release), anySignature];
    const found = await lookForRelease(api, { tag, name: nameOf(release.record), files });
    if (found === undefined) return "no";
    if (found.release.draft) return "a draft of ours, which an update goes on with";
    if (found.differing.length === 0) return "yes, with these files";
    const some = someOf(found.differing);
    return `yes, published with other files: ${some}; an update leaves it as it is, and is refused where it would have to write it`;
  });
}
