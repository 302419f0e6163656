import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { sha256File } from "../digest.ts";
import { refusal } from "../errors.ts";
import { gitHubUrl } from "../github/github.ts";
import { differences, ownRelease, putRelease } from "../github-release/put-release.ts";
import { type ReleaseApi, releaseApi } from "../github-release/release-api.ts";
import { placesOf } from "../places.ts";
import { isAtHand } from "../signing/key-source.ts";
import { openToken } from "../signing/token.ts";
import { keySource, schemaNumber } from "./inputs.ts";
import { lifecycleOf } from "./lifecycle.ts";

const inputs = z.object({
  schema: schemaNumber,
  bucket: z.string(),
  /** `owner/name` */
  repository: z.string(),
  product: z.string(),
  tag: z.string(),
  name: z.string(),
  body: z.string(),
  prerelease: z.boolean(),
  files: z.array(z.strictObject({ name: z.string(), path: z.string(), size: z.number(), sha256: z.string() })),
  token: keySource,
});

type Inputs = z.infer<typeof inputs>;

interface Outputs extends Readonly<Record<string, unknown>> {
  /** Where people see it. */
  readonly url: string;
}

/**
 * The release of one version on GitHub: a draft, all files, and published last. Another version is another release; those
 * before stay. `@pulumi/github` has a release and no way to upload files, so that it cannot do this in one order.
 */
export const lifecycle = lifecycleOf<Inputs, Outputs>({
  kind: "release on GitHub",
  inputs,
  circumstances: ["token", "bucket"],
  id: ({ repository, product }) => `${repository}/${product}`,
  write: async (wanted) => {
    const { store } = placesOf(wanted.bucket);
    const folder = await mkdtemp(path.join(tmpdir(), "slipway-release-"));
    try {
      const made = await putRelease(await openApi(wanted), wanted, async ({ name, size, sha256 }) => {
        const at = wanted.files.find((file) => file.name === name)?.path ?? name;
        const local = path.join(folder, name);
        if (!(await store.download(at, local, size)))
          throw refusal("SLW-STORE-DAMAGED", `${at} is to go to GitHub, and is not in the bucket`);
        if ((await sha256File(local)).sha256 === sha256) return local;
        throw refusal(
          "SLW-STORE-DAMAGED",
          `${at} is to go to GitHub, and has other bytes in the bucket than were released`,
        );
      });
      return { url: made.html_url };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  drift: async (wanted) => {
    // Who may look at the bucket may not have the token.
    if (!isAtHand(wanted.token)) return [];
    const api = await openApi(wanted);
    const release = ownRelease(await api.releases(), wanted);
    if (release === undefined) return [`${wanted.tag}: missing`];
    if (release.draft) return [`${wanted.tag}: a draft still`];
    return differences(wanted.files, await api.assets(release));
  },
});

async function openApi({ repository, token }: Inputs): Promise<ReleaseApi> {
  return releaseApi({ apiUrl: gitHubUrl(), repository, token: await openToken(token) });
}
