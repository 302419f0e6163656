import type * as pulumi from "@pulumi/pulumi";

/**
 * States of foundations of before have what is inside `component` on GitHub without the component's name. For stacks of ours
 * alone: in another program a component would take the resources of its neighbour.
 */
export function underFormerName(component: string): pulumi.ResourceTransformation {
  const prefix = `${component}-`;
  return ({ type, name, props, opts }) => {
    // Its provider, of type `pulumi:providers:github`, has always had the name.
    if (!type.startsWith("github:") || !name.startsWith(prefix)) return undefined;
    return { props, opts: { ...opts, aliases: [...(opts.aliases ?? []), { name: name.slice(prefix.length) }] } };
  };
}
