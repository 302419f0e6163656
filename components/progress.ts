import * as pulumi from "@pulumi/pulumi";

/** A passing line on a resource's own row: shown while it is true, kept nowhere. */
export function showProgress(resource: pulumi.Resource, text: string): void {
  void pulumi.log.info(text, resource, undefined, true);
}
