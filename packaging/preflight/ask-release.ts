import { gitHubUrl } from "../github/github.ts";
import { findRelease } from "../github-release/put-release.ts";
import { releaseApi } from "../github-release/release-api.ts";
import { tagOf } from "../github-release/tag.ts";
import { nameOf, recordedFiles } from "../github-release/wanted-release.ts";
import type { Release } from "../plan/release-plan.ts";
import { type Answer, answered } from "./answer.ts";

/** Whether a repository has a release of this tag already, and with the files that it is to have. */
export async function askRelease(repository: string, token: string, release: Release): Promise<Answer> {
  const tag = tagOf(release.record);
  return answered(repository, `is there a release ${tag}?`, async () => {
    const api = releaseApi({ apiUrl: gitHubUrl(), repository, token });
    const wanted = { tag, name: nameOf(release.record), files: recordedFiles(release) };
    const found = await findRelease(api, wanted);
    if (found === undefined) return "no";
    return found.draft ? "a draft of ours, which an update goes on with" : "yes, with these files";
  });
}
