import type * as pulumi from "@pulumi/pulumi";

/**
 * A dynamic provider that holds nothing but the name of the module that does the work. Pulumi copies the text of a
 * provider into the state, and what the state holds is what runs on refresh and destroy: so this text never changes,
 * and the module names (the `exports` of package.json) are a contract with every stored state.
 */
export function thinProvider(module: string): pulumi.dynamic.ResourceProvider {
  // An error crosses to the engine as its message. Its name and stack are printed beside it: they repeat nothing.
  const refuse = (message: string) =>
    Object.assign(new Error(message), { stack: "stopped, see the error", toString: () => "slipway" });
  const call = async (method: string, ...values: unknown[]) => {
    const loaded = await import(module).catch((cause: Error & { code?: string }) => {
      // Only a name that `exports` lacks is a state's of other code; a file that is missing is a broken checkout.
      const gone = cause.code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
      // A refresh reads and compares, and leaves such a resource as it is: `state-first` ends it, one sentence is enough.
      const untouched = {
        read: async (id: string, props: unknown) => ({ id, props }),
        diff: async () => ({ changes: false }),
      };
      if (gone && Object.hasOwn(untouched, method)) return { lifecycle: untouched };
      throw refuse(
        gone
          ? `this stack's state names the provider module ${module}, which this checkout of Slipway does not have: check out the version that wrote the state or a later one; nothing was written  [SLW-STATE-NEWER]`
          : `the provider module ${module} cannot be loaded: ${cause.message}`,
      );
    });
    return loaded.lifecycle[method](...values).catch((cause: Error) => {
      throw refuse(cause.name === "SlipwayError" ? cause.message : `${module}: ${cause.message}`);
    });
  };
  return {
    check: (olds, news) => call("check", olds, news),
    diff: (id, olds, news) => call("diff", id, olds, news),
    create: (inputs) => call("create", inputs),
    read: (id, props) => call("read", id, props),
    update: (id, olds, news) => call("update", id, olds, news),
    delete: (id, props) => call("delete", id, props),
  };
}

/**
 * The text of a module whose `handler()` is the thin provider of `module`: what Pulumi keeps in the state, and runs.
 * The function above names nothing outside itself, so that its own text is all that it needs.
 */
export function providerText(module: string): string {
  return `exports.handler = () => (${thinProvider})(${JSON.stringify(module)});\n`;
}
