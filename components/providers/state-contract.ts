import * as pulumi from "@pulumi/pulumi";
import { providerModules } from "../../packaging/lifecycle/modules.ts";
import { SlipwayResource } from "./resource.ts";

/** Keeps older code from touching newer state. It has nothing in the world, so it is truly deleted. */
export class StateContract extends SlipwayResource {
  constructor(end: "first" | "last", options: pulumi.CustomResourceOptions = {}) {
    const inputs = { end, stack: pulumi.getStack(), modules: [...providerModules] };
    super("slipway/lifecycle/state-contract", "StateContract", `state-${end}`, inputs, options);
  }
}
