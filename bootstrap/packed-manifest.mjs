/**
 * package.json as the package has it: every export is compiled JavaScript with its declarations, Pulumi's SDK is the
 * program's own, and what only a checkout can do is left out.
 * @param {Record<string, any>} manifest
 */
export function packedManifest({ scripts: _, devDependencies: __, private: ___, exports, dependencies, ...rest }) {
  const { "@pulumi/pulumi": sdk, ...own } = dependencies;
  return {
    ...rest,
    exports: Object.fromEntries(Object.entries(exports).map(([name, file]) => [name, compiled(file)])),
    dependencies: own,
    // Two copies of the SDK would be two programs: resources of one are not seen by the other.
    peerDependencies: { "@pulumi/pulumi": `^${sdk}` },
  };
}

/** @param {string} file */
function compiled(file) {
  if (!file.endsWith(".ts")) return file;
  const stem = file.replace(/^\.\//, "./dist/").replace(/\.ts$/, "");
  return { types: `${stem}.d.ts`, default: `${stem}.js` };
}
