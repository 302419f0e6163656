import type * as pulumi from "@pulumi/pulumi";

/** Resolves when the engine has accepted the resource; where it refuses, the program ends and this never resolves. */
export function accepted(resource: pulumi.Resource): Promise<unknown> {
  return new Promise((resolve) => {
    resource.urn.apply(resolve);
  });
}
