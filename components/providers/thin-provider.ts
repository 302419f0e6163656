import type * as pulumi from "@pulumi/pulumi";

/**
 * A dynamic provider that holds nothing but the name of the module that does the work. Pulumi copies the text of a
 * provider into the state, and what the state holds is what runs on refresh and destroy: so this text never changes,
 * and the module names (the `exports` of package.json) are a contract with every stored state.
 */
export function thinProvider(module: string): pulumi.dynamic.ResourceProvider {
  // An error crosses to the engine as its message; toString and stack are printed beside it, so they say the same once.
  const refuse = (message: string) => Object.assign(new Error(message), { stack: message, toString: () => "slipway" });
  const call = async (method: string, ...values: unknown[]) => {
    const loaded = await import(module).catch((cause: Error & { code?: string }) => {
      // Only a name that `exports` lacks is a state's of other code; a file that is missing is a broken checkout.
      throw refuse(
        cause.code === "ERR_PACKAGE_PATH_NOT_EXPORTED"
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
