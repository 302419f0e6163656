import { PolicyPack } from "@pulumi/policy";
import { gatePolicies } from "./gate-policies.ts";

// Making a pack starts the server that the engine asks; the policies themselves are constants elsewhere.
new PolicyPack("slipway-release-gates", { policies: [...gatePolicies] });
