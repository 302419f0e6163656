import { type Mistake, refuseMistakes, SlipwayError } from "../errors.ts";
import type { GithubSetting } from "../github-settings.ts";
import type { SourceSetting } from "../settings.ts";
import { resolveSecret } from "../signing/key-source.ts";

/** Secrets by name, in clear: they go into the state encrypted, and nowhere else. */
export type KnownSecrets = Readonly<Record<string, string>>;

/** Those of the repository, and of each of its environments. */
export interface SecretsOfRepository {
  readonly repository: KnownSecrets;
  readonly environments: ReadonlyMap<string, KnownSecrets>;
}

/** GitHub takes no longer one: https://docs.github.com/actions/reference/security/secrets */
const limit = 48 << 10;

/** Fetches all secrets that a setting refers to. Refuses (SLW-KEY) all that are missing, empty or too long, at once. */
export async function knownSecrets(setting: GithubSetting): Promise<SecretsOfRepository> {
  const mistakes: Mistake[] = [];
  const known = async (sources: Readonly<Record<string, SourceSetting>>, at: readonly [string, ...string[]]) => {
    const texts: [string, string][] = [];
    for (const [name, source] of Object.entries(sources)) {
      const place = { setting: [...at, "secrets", name] };
      try {
        const kind =
          "env" in source ? { kind: "env" as const, name: source.env } : { kind: "file" as const, path: source.file };
        const text = await resolveSecret(kind);
        if (Buffer.byteLength(text) <= limit) texts.push([name, text]);
        else
          mistakes.push({
            code: "SLW-KEY",
            message: `The secret ${name} is longer than the 48 KiB that GitHub takes.`,
            ...place,
          });
      } catch (error) {
        if (!(error instanceof SlipwayError)) throw error;
        mistakes.push(...error.mistakes.map((it) => ({ ...it, ...place })));
      }
    }
    return Object.fromEntries(texts);
  };
  const repository = await known(setting.secrets, ["github"]);
  const environments = new Map<string, KnownSecrets>();
  for (const [name, { secrets }] of Object.entries(setting.environments)) {
    environments.set(name, await known(secrets, ["github", "environments", name]));
  }
  refuseMistakes(mistakes);
  return { repository, environments };
}
