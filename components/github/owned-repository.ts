import { getTeamOutput } from "@pulumi/github/getTeam.js";
import { getUserOutput } from "@pulumi/github/getUser.js";
import { RepositoryEnvironment } from "@pulumi/github/repositoryEnvironment.js";
import { RepositoryEnvironmentDeploymentPolicy } from "@pulumi/github/repositoryEnvironmentDeploymentPolicy.js";
import { RepositoryRuleset } from "@pulumi/github/repositoryRuleset.js";
import * as pulumi from "@pulumi/pulumi";
import { repositoryArguments } from "../../packaging/github-settings.ts";
import { checkedArguments } from "../checked-arguments.ts";
import { GithubProvider } from "./provider.ts";
import { WorkflowSecrets, type WorkflowValues } from "./workflow-secrets.ts";

/** GitHub Actions among the apps of GitHub: a check of the same name by anybody else does not count. */
const githubActions = 15368;

/** People by their logins and teams by their names in addresses; one to six together, which is GitHub's limit. */
export interface Reviewers {
  readonly users?: readonly string[] | undefined;
  readonly teams?: readonly string[] | undefined;
}

export interface OwnedEnvironment extends WorkflowValues {
  /** Who has to agree before a job enters the environment, and not whoever started it. Nobody where left out. */
  readonly reviewers?: Reviewers | undefined;
  /** Branches, or patterns such as `release/*`, whose jobs may enter. Any where left out. */
  readonly branches?: readonly string[] | undefined;
}

export interface OwnedRepositoryArgs extends WorkflowValues {
  /** OWNER/NAME of a repository that is there. */
  readonly repository: string;
  /** By name; none where left out. */
  readonly environments?: Readonly<Record<string, OwnedEnvironment>> | undefined;
  /** Names of checks by GitHub Actions without which nothing is merged into the default branch. None where left out. */
  readonly checks?: readonly string[] | undefined;
}

/**
 * What a stack owns of a repository on GitHub: environments with who has to agree and from which branches they are
 * reached, what workflows read there, and the rule that makes checks required. All of it goes with the stack. Without a provider
 * among the options the token is that of the variable `GITHUB_TOKEN`, and not in the state.
 */
export class OwnedRepository extends pulumi.ComponentResource {
  constructor(name: string, args: OwnedRepositoryArgs, options: pulumi.ComponentResourceOptions = {}) {
    const setting = checkedArguments(repositoryArguments, args, `OwnedRepository ${name}`);
    super("slipway:index:OwnedRepository", name, { repository: setting.repository }, options);
    const [owner = "", repository = ""] = setting.repository.split("/");
    const provider = this.getProvider("github::") ?? new GithubProvider(`${name}-github`, owner, { parent: this });
    const own = { parent: this, provider };
    const environments = Object.entries(args.environments ?? {}).map(([environment, given]) => {
      const { reviewers, branches, secrets, variables } = given;
      const madeBy = new RepositoryEnvironment(
        `${name}-${environment}`,
        {
          repository,
          environment,
          ...(reviewers && {
            reviewers: [reviewersOf(reviewers, own)],
            preventSelfReview: true,
            canAdminsBypass: false,
          }),
          ...(branches && { deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true } }),
        },
        own,
      );
      for (const branchPattern of branches ?? []) {
        const called = `${name}-${environment}-${branchPattern}`;
        const policy = { repository, environment, branchPattern };
        new RepositoryEnvironmentDeploymentPolicy(called, policy, { ...own, dependsOn: madeBy });
      }
      return [environment, { secrets, variables, madeBy }] as const;
    });
    const { secrets, variables } = args;
    new WorkflowSecrets(
      name,
      { repository, secrets, variables, environments: Object.fromEntries(environments) },
      { parent: this, providers: [provider] },
    );
    const { checks } = setting;
    if (checks !== undefined) new RepositoryRuleset(name, rulesetOf(repository, checks), own);
    this.registerOutputs({});
  }
}

/** GitHub knows reviewers by number. */
function reviewersOf({ users = [], teams = [] }: Reviewers, by: pulumi.InvokeOptions) {
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
