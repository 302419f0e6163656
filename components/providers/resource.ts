import * as pulumi from "@pulumi/pulumi";
import type { ProviderModule } from "../../packaging/lifecycle/modules.ts";
import { stateSchema } from "../../packaging/lifecycle/state-schema.ts";
import { providerText } from "./thin-provider.ts";

/**
 * A thin dynamic resource: inputs in, outputs back, the work in the module named. Its type token is
 * `pulumi-nodejs:dynamic/slipway:<typeName>`. The process that carries out dynamic providers is told what to do by
 * `__provider`, the text of a module. `pulumi.dynamic.Resource` makes that text of an object, with a compiler and a debugger,
 * which takes a second of each run; here it is the text of a function, as it is.
 */
export abstract class SlipwayResource extends pulumi.CustomResource {
  protected constructor(
    module: ProviderModule,
    typeName: string,
    name: string,
    inputs: pulumi.Inputs,
    options: pulumi.CustomResourceOptions,
  ) {
    const provider = { __provider: providerText(module) };
    super(`pulumi-nodejs:dynamic/slipway:${typeName}`, name, { schema: stateSchema, ...inputs, ...provider }, options);
  }
}

/** Objects of the bucket are forgotten when their resource goes, never deleted: users may have installed them. */
export const forgotten: pulumi.CustomResourceOptions = { retainOnDelete: true };
