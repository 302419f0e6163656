import type * as pulumi from "@pulumi/pulumi";

/**
 * The value of an output once the engine knows it; undefined in a preview that makes what it comes from. For what the
 * program itself works with: a value that only goes on into other resources stays an output.
 */
export async function knownValue<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  // In the library's own class, and not in its types: without it, waiting for an unknown value never ends.
  const { isKnown } = output as unknown as { readonly isKnown: Promise<boolean> };
  if (!(await isKnown)) return undefined;
  return new Promise((resolve) => {
    output.apply((value) => resolve(value as T));
  });
}
