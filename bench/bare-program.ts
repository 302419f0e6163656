/** How many resources a program registers, without the stack's own. */
export interface ResourceCount {
  readonly components: number;
  readonly dynamic: number;
}

/**
 * The text of a Pulumi program that does nothing: as many component and dynamic resources as asked for, with one input
 * each. It is what the engine and its library cost by themselves.
 */
export function bareProgramText({ components, dynamic }: ResourceCount): string {
  return `import * as pulumi from "@pulumi/pulumi";

const provider = {
  check: async (_olds, news) => ({ inputs: news }),
  diff: async (_id, olds, news) => ({ changes: olds.value !== news.value }),
  create: async (inputs) => ({ id: inputs.value, outs: inputs }),
  read: async (id, props) => ({ id, props }),
  update: async (_id, _olds, news) => ({ outs: news }),
  delete: async () => {},
};

class Bare extends pulumi.dynamic.Resource {
  constructor(name) {
    super(provider, name, { value: name });
  }
}

for (let at = 0; at < ${components}; at++) new pulumi.ComponentResource("bare:index:Group", \`group-\${at}\`);
for (let at = 0; at < ${dynamic}; at++) new Bare(\`bare-\${at}\`);
`;
}
