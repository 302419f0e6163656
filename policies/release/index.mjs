// Pulumi compiles TypeScript that it requires itself, in a dialect of its own; what a module in JavaScript imports is
// loaded by Node, which strips the types as it does everywhere else here.
import { PolicyPack } from "@pulumi/policy";
import { gatePolicies } from "./gate-policies.ts";

// Making a pack starts the server that the engine asks; the policies themselves are constants elsewhere.
new PolicyPack("slipway-release-gates", { policies: [...gatePolicies] });
