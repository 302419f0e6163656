import * as pulumi from "@pulumi/pulumi";
import type { ProviderModule } from "../../packaging/lifecycle/modules.ts";
import { stateSchema } from "../../packaging/lifecycle/state-schema.ts";
import { thinProvider } from "./thin-provider.ts";

/** One provider for each module: Pulumi writes a provider's text out once for each object that it meets. */
const providers = new Map<ProviderModule, pulumi.dynamic.ResourceProvider>();

function providerOf(module: ProviderModule): pulumi.dynamic.ResourceProvider {
  const provider = providers.get(module) ?? thinProvider(module);
  providers.set(module, provider);
  return provider;
}

const type = (name: string) => ["slipway", name] as const;

/**
 * A thin dynamic resource: inputs in, outputs back, the work in the module named. Its type token is
 * `pulumi-nodejs:dynamic/slipway:<typeName>`.
 */
export abstract class SlipwayResource extends pulumi.dynamic.Resource {
  protected constructor(
    module: ProviderModule,
    typeName: string,
    name: string,
    inputs: pulumi.Inputs,
    options: pulumi.CustomResourceOptions,
  ) {
    // The engine adds to the object it is given, so it gets one of its own.
    super(providerOf(module), name, { schema: stateSchema, ...inputs }, options, ...type(typeName));
  }
}

/** Objects of the bucket are forgotten when their resource goes, never deleted: users may have installed them. */
export const forgotten: pulumi.CustomResourceOptions = { retainOnDelete: true };
