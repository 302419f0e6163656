import { ActionsEnvironmentSecret } from "@pulumi/github/actionsEnvironmentSecret.js";
import { ActionsEnvironmentVariable } from "@pulumi/github/actionsEnvironmentVariable.js";
import { ActionsSecret } from "@pulumi/github/actionsSecret.js";
import { ActionsVariable } from "@pulumi/github/actionsVariable.js";
import * as pulumi from "@pulumi/pulumi";
import type { KnownSecrets } from "../../packaging/github/known-secrets.ts";

/** What workflows read by name: of the whole repository, or of one environment. */
export interface WorkflowValues {
  readonly secrets: KnownSecrets;
  readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
}

export interface WorkflowSecretsArgs {
  /** Without its owner, whom the provider knows. */
  readonly repository: string;
  readonly values: WorkflowValues;
  readonly environments: ReadonlyMap<string, WorkflowValues & { readonly madeBy: pulumi.Resource }>;
}

/**
 * The secrets and variables of a repository's workflows. Each secret is a resource of its own, so that a rotated key
 * updates those that hold it and no other; values are in the state encrypted, and nowhere else.
 */
export class WorkflowSecrets extends pulumi.ComponentResource {
  constructor(name: string, args: WorkflowSecretsArgs, options: pulumi.ComponentResourceOptions) {
    const { repository, values, environments } = args;
    const secretsIn = Object.fromEntries([...environments].map(([at, it]) => [at, Object.keys(it.secrets)]));
    const props = { repository, secrets: Object.keys(values.secrets), environments: secretsIn };
    super("slipway:index:WorkflowSecrets", name, props, options);
    for (const [secretName, text] of Object.entries(values.secrets)) {
      new ActionsSecret(secretName, { repository, secretName, value: pulumi.secret(text) }, { parent: this });
    }
    for (const [variableName, value] of Object.entries(values.variables)) {
      new ActionsVariable(variableName, { repository, variableName, value }, { parent: this });
    }
    for (const [environment, { secrets, variables, madeBy }] of environments) {
      const inside = { parent: this, dependsOn: madeBy };
      for (const [secretName, text] of Object.entries(secrets)) {
        const named = { repository, environment, secretName };
        new ActionsEnvironmentSecret(`${environment}-${secretName}`, { ...named, value: pulumi.secret(text) }, inside);
      }
      for (const [variableName, value] of Object.entries(variables)) {
        const named = { repository, environment, variableName };
        new ActionsEnvironmentVariable(`${environment}-${variableName}`, { ...named, value }, inside);
      }
    }
    this.registerOutputs({});
  }
}
