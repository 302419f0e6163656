import { ActionsEnvironmentSecret } from "@pulumi/github/actionsEnvironmentSecret.js";
import { ActionsEnvironmentVariable } from "@pulumi/github/actionsEnvironmentVariable.js";
import { ActionsSecret } from "@pulumi/github/actionsSecret.js";
import { ActionsVariable } from "@pulumi/github/actionsVariable.js";
import * as pulumi from "@pulumi/pulumi";
import { workflowArguments } from "../../packaging/github-settings.ts";
import { checkedArguments } from "../checked-arguments.ts";

/** Texts by name: capital letters, digits and underscores; no name starts with a digit or with `GITHUB_`. */
export type NamedTexts = Readonly<Record<string, pulumi.Input<string>>>;

/** What workflows read by name: of the whole repository, or of one environment. */
export interface WorkflowValues {
  /** At most 48 KiB each. They are secrets in the state too, whether or not the program made them such. */
  readonly secrets?: NamedTexts | undefined;
  readonly variables?: NamedTexts | undefined;
}

export interface WorkflowSecretsArgs extends WorkflowValues {
  /** The repository without its owner, whom the provider knows. */
  readonly repository: string;
  /** By environment. `madeBy` is its resource, where the program makes it: what is in it comes after it. */
  readonly environments?:
    | Readonly<Record<string, WorkflowValues & { readonly madeBy?: pulumi.Resource | undefined }>>
    | undefined;
}

/**
 * The secrets and variables of a repository's workflows. Each secret is a resource of its own, so that a rotated key
 * updates those that hold it and no other; values are in the state encrypted, and nowhere else.
 */
export class WorkflowSecrets extends pulumi.ComponentResource {
  constructor(name: string, args: WorkflowSecretsArgs, options: pulumi.ComponentResourceOptions = {}) {
    checkedArguments(workflowArguments, args, `WorkflowSecrets ${name}`);
    const { repository, secrets = {}, variables = {}, environments = {} } = args;
    const names = Object.entries(environments).map(([at, it]) => [at, Object.keys(it.secrets ?? {})]);
    const props = { repository, secrets: Object.keys(secrets), environments: Object.fromEntries(names) };
    super("slipway:index:WorkflowSecrets", name, props, options);
    const own = { parent: this };
    for (const [secretName, text] of Object.entries(secrets)) {
      const values = { repository, secretName, value: pulumi.secret(text) };
      new ActionsSecret(`${name}-${secretName}`, values, own);
    }
    for (const [variableName, value] of Object.entries(variables)) {
      new ActionsVariable(`${name}-${variableName}`, { repository, variableName, value }, own);
    }
    for (const [environment, { madeBy, ...inside }] of Object.entries(environments)) {
      const after = { ...own, dependsOn: madeBy === undefined ? [] : [madeBy] };
      for (const [secretName, text] of Object.entries(inside.secrets ?? {})) {
        const values = { repository, environment, secretName, value: pulumi.secret(text) };
        new ActionsEnvironmentSecret(`${name}-${environment}-${secretName}`, values, after);
      }
      for (const [variableName, value] of Object.entries(inside.variables ?? {})) {
        const values = { repository, environment, variableName, value };
        new ActionsEnvironmentVariable(`${name}-${environment}-${variableName}`, values, after);
      }
    }
    this.registerOutputs({});
  }
}
