import { getTeamOutput } from "@pulumi/github/getTeam.js";
import { getUserOutput } from "@pulumi/github/getUser.js";
import { RepositoryEnvironment } from "@pulumi/github/repositoryEnvironment.js";
import { RepositoryEnvironmentDeploymentPolicy } from "@pulumi/github/repositoryEnvironmentDeploymentPolicy.js";
import { RepositoryRuleset } from "@pulumi/github/repositoryRuleset.js";
import * as pulumi from "@pulumi/pulumi";
import type { SecretsOfRepository } from "../../packaging/github/known-secrets.ts";
import type { GithubSetting } from "../../packaging/github-settings.ts";
import { GithubProvider } from "./provider.ts";
import { WorkflowSecrets } from "./workflow-secrets.ts";

/** GitHub Actions among the apps of GitHub: a check of the same name by anybody else does not count. */
const githubActions = 15368;

/** Variables that follow from what else the stack owns: of the repository, and of each environment. */
export interface DerivedVariables {
  readonly repository: Readonly<Record<string, pulumi.Input<string>>>;
  readonly environments: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;
}

/**
 * What a stack owns of a repository on GitHub: environments with who has to agree and from which branches they are
 * reached, what workflows read there, and the rule that makes checks required. All of it goes with the stack.
 */
export class OwnedRepository extends pulumi.ComponentResource {
  constructor(
    name: string,
    setting: GithubSetting,
    secrets: SecretsOfRepository,
    derived: DerivedVariables,
    options: pulumi.ComponentResourceOptions = {},
  ) {
    super("slipway:index:OwnedRepository", name, { repository: setting.repository }, options);
    const [owner = "", repository = ""] = setting.repository.split("/");
    const provider = new GithubProvider(`${name}-github`, owner, { parent: this });
    const own = { parent: this, provider };
    const environments = Object.entries(setting.environments).map(([environment, given]) => {
      const madeBy = new RepositoryEnvironment(
        environment,
        {
          repository,
          environment,
          ...(given.reviewers && {
            reviewers: [reviewersOf(given.reviewers, own)],
            preventSelfReview: true,
            canAdminsBypass: false,
          }),
          ...(given.branches && {
            deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
          }),
        },
        own,
      );
      for (const branchPattern of given.branches ?? []) {
        const policy = { repository, environment, branchPattern };
        new RepositoryEnvironmentDeploymentPolicy(`${environment}-${branchPattern}`, policy, {
          ...own,
          dependsOn: madeBy,
        });
      }
      const values = {
        secrets: secrets.environments.get(environment) ?? {},
        variables: { ...derived.environments[environment], ...given.variables },
        madeBy,
      };
      return [environment, values] as const;
    });
    new WorkflowSecrets(
      name,
      {
        repository,
        values: { secrets: secrets.repository, variables: { ...derived.repository, ...setting.variables } },
        environments: new Map(environments),
      },
      { parent: this, providers: [provider] },
    );
    if (setting.checks !== undefined) new RepositoryRuleset(name, rulesetOf(repository, setting.checks), own);
    this.registerOutputs({});
  }
}

type Reviewers = NonNullable<GithubSetting["environments"][string]["reviewers"]>;

/** GitHub knows reviewers by number. */
function reviewersOf({ users, teams }: Reviewers, by: pulumi.InvokeOptions) {
  return {
    users: users.map((username) => getUserOutput({ username }, by).id.apply(Number)),
    teams: teams.map((slug) => getTeamOutput({ slug, summaryOnly: true }, by).id.apply(Number)),
  };
}

/** Checks of the default branch, made by GitHub Actions on what is merged and not on an older state. */
function rulesetOf(repository: string, checks: readonly string[]) {
  const requiredChecks = checks.map((context) => ({ context, integrationId: githubActions }));
  return {
    repository,
    name: "slipway",
    target: "branch",
    enforcement: "active",
    conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: [] } },
    rules: { requiredStatusChecks: { requiredChecks, strictRequiredStatusChecksPolicy: true } },
  };
}
