import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of what is inside a component that came between resources and the parent that they had before: states name them by
 * that parent. What the component's user retains is retained whole.
 */
export function inside(component: pulumi.ComponentResource, options: pulumi.ComponentResourceOptions) {
  const { parent, retainOnDelete } = options;
  return {
    parent: component,
    ...(retainOnDelete !== undefined && { retainOnDelete }),
    ...(parent !== undefined && { aliases: [{ parent }] }),
  };
}
