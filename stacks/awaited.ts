import * as pulumi from "@pulumi/pulumi";

type DependsOn = pulumi.ComponentResourceOptions["dependsOn"];

/** What has to be there before a foundation writes into its bucket. */
export interface Awaited {
  /** Another program makes something first, which may be the bucket: nobody can be asked about it yet. */
  readonly comesFirst: boolean;
  /** All of it: what a program names, and what the foundation owns itself. */
  with(ready: readonly pulumi.Resource[]): Pick<pulumi.ComponentResourceOptions, "dependsOn">;
}

/** What a foundation waits for, by the `dependsOn` of its component. */
export function awaited(dependsOn: DependsOn): Awaited {
  const comesFirst = dependsOn !== undefined && !(Array.isArray(dependsOn) && dependsOn.length === 0);
  return {
    comesFirst,
    with: (ready) => pulumi.mergeOptions({ dependsOn: [...ready] }, comesFirst ? { dependsOn } : {}),
  };
}
