import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { StateContract } from "./components/providers/state-contract.ts";

// Pulumi takes a stack for each input of each resource, and its runtime has each mapped to sources that it does not ship: a
// quarter of a second. Node strips types without moving a line, so that nothing of ours needs a map.
Reflect.deleteProperty(Error, "prepareStackTrace");

// A preview writes nothing, so that it may ask the engine at once: the process of the providers takes as long to start as
// the rest of the program takes to load, and both start side by side. An update asks once all input is known to be good.
const first = pulumi.runtime.isDryRun() ? new StateContract("first") : undefined;
/** How long the request has to leave before loading keeps this process busy. */
const requestLeavesMs = 100;
if (first !== undefined) await sleep(requestLeavesMs);

const { outputsOfStage } = await import("./stacks/stages.ts");

// The outputs differ from stage to stage, and the engine takes those of a module by their names or as one default.
// biome-ignore lint/style/noDefaultExport: the only form of outputs whose names are not the same for every stage
export default await outputsOfStage(first);
