import * as pulumi from "@pulumi/pulumi";

/**
 * The same arguments, with a symbol that says what is there in each place where a program gave no plain value: no schema takes
 * it, and a message can show it, which of an output says a page of advice and of a resource all that is in it.
 */
export function plainArguments(given: unknown): unknown {
  if (pulumi.Output.isInstance(given)) return Symbol("an Output: give a plain value");
  if (pulumi.Resource.isInstance(given)) return Symbol("a resource: give a plain value");
  if (given instanceof Promise) return Symbol("a promise: await it");
  if (Array.isArray(given)) return given.map(plainArguments);
  if (!isPlain(given)) return given;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, plainArguments(value)]));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
