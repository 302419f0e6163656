import { z } from "zod";
import { list, record, text } from "./manifest/fields.ts";
import { source } from "./setting-values.ts";

/** Every message completes the sentence "slipway:github: expected ..., found ...". */

export const repositoryName = text(
  "a repository: OWNER/NAME",
  /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/,
);
/** No colon and no wildcard: the name stands in the subject of a workflow's token. */
export const environmentName = text(
  "an environment: letters, digits, dots, dashes and underscores, at most 64",
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
);

// GitHub's own rule: https://docs.github.com/actions/security-guides/encrypted-secrets
const aName = "a name of capital letters, digits and underscores that starts with no digit and not with GITHUB_";
const variableName = text(aName, /^(?!GITHUB_)[A-Z_][A-Z0-9_]{0,99}$/);
const value = text("a text in one line that is not empty", /^[^\p{Cc}\p{Cs}]{1,4096}$/u);

/** What workflows read by name, where secrets and variables are of these kinds. */
function readByName<S extends z.ZodType, V extends z.ZodType>(secret: S, variable: V) {
  return {
    secrets: z.record(variableName, secret, { error: "a map NAME → { env: NAME } or { file: PATH }" }).default({}),
    variables: z.record(variableName, variable, { error: "a map NAME → text" }).default({}),
  };
}

const login = text("a person's name on GitHub", /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/);
const team = text("a team's name in addresses on GitHub", /^[a-z0-9_-]{1,100}$/);
/** GitHub takes six reviewers of an environment at most. */
const reviewers = record("who has to agree: { users: [LOGIN], teams: [NAME] }", {
  users: list("a list of people", login).default([]),
  teams: list("a list of teams", team).default([]),
}).refine(({ users, teams }) => users.length + teams.length >= 1 && users.length + teams.length <= 6, {
  error: "one to six people and teams",
});
const branch = text("a branch, or a pattern such as release/*", /^[^\s\p{Cc}~^:?[\\]{1,200}$/u);

function ownedRepository<S extends z.ZodType, V extends z.ZodType>(secret: S, variable: V) {
  const environment = record("an environment: { reviewers: { users: [LOGIN] }, branches: [main], secrets: {} }", {
    reviewers: reviewers.optional(),
    branches: list("a list of branches, such as [main]", branch).min(1, { error: "at least one branch" }).optional(),
    ...readByName(secret, variable),
  });
  return record("a repository on GitHub: { repository: OWNER/NAME, environments: {} }", {
    repository: repositoryName,
    ...readByName(secret, variable),
    environments: z.record(environmentName, environment, { error: "a map environment → { secrets: {} }" }).default({}),
    /** Names of checks that a pull request needs to be merged into the default branch. */
    checks: list("a list of checks, such as [preview of release]", text("the name of a check", /^[^\p{Cc}]{1,100}$/u))
      .min(1, { error: "at least one check" })
      .optional(),
  });
}

/** What a stack of stage `foundation` owns of a repository on GitHub. */
export const githubSetting = ownedRepository(source, value);

/** The same as a component of another program takes it: values are the program's own, and may be known later. */
export const repositoryArguments = ownedRepository(z.unknown(), z.unknown());

/** The values of workflows alone, of a repository that the provider's owner has. */
export const workflowArguments = record("what workflows read: { repository: NAME, secrets: {}, variables: {} }", {
  repository: text("a repository's name without its owner", /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/),
  ...readByName(z.unknown(), z.unknown()),
  environments: z
    .record(environmentName, z.looseObject(readByName(z.unknown(), z.unknown())), {
      error: "a map environment → { secrets: {} }",
    })
    .default({}),
});

export type GithubSetting = z.infer<typeof githubSetting>;

/** The releases of a repository on GitHub that a stack of stage `release` keeps. */
export const githubReleaseSetting = record(
  "a repository and a token: { repository: OWNER/NAME, token: { env: NAME } }",
  {
    repository: repositoryName,
    token: source,
  },
);

export type GithubReleaseSetting = z.infer<typeof githubReleaseSetting>;
