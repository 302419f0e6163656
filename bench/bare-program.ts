import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes a Pulumi program that does nothing: as many component and dynamic resources as asked for, in one plain module,
 * with one input each. It is what the engine and its library cost by themselves.
 */
export async function writeBareProgram(
  folder: string,
  nodeModules: string,
  count: { readonly components: number; readonly dynamic: number },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await symlink(nodeModules, join(folder, "node_modules"), "junction");
  const runtime = "runtime:\n  name: nodejs\n  options:\n    typescript: false\n";
  await writeFile(join(folder, "Pulumi.yaml"), `name: bare\n${runtime}main: index.mjs\n`);
  await writeFile(join(folder, "package.json"), '{ "name": "bare", "type": "module" }\n');
  await writeFile(join(folder, "index.mjs"), program(count.components, count.dynamic));
}

function program(components: number, dynamic: number): string {
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
