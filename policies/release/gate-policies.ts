import type { ResourceValidationPolicy } from "@pulumi/policy";
import { SlipwayError } from "../../packaging/errors.ts";
import type { Gate } from "../../packaging/gates/gate.ts";
import { gates, objectionOf } from "../../packaging/gates/gates.ts";
import { readFacts } from "../../packaging/gates/read-facts.ts";

/** The component that a program registers for each product before it moves a channel; its input `facts` is what gates look at. */
export const promotionType = "slipway:index:Promotion";

/** Each gate as a policy that looks at every promotion of a stack. */
export const gatePolicies: readonly ResourceValidationPolicy[] = gates.map(policyOf);

function policyOf(gate: Gate): ResourceValidationPolicy {
  return {
    name: gate.name,
    description: gate.description,
    enforcementLevel: "mandatory",
    validateResource: ({ type, name, props }, reportViolation) => {
      if (type !== promotionType) return;
      const objection = objectionTo(props["facts"], name, gate);
      if (objection !== undefined) reportViolation(objection);
    },
  };
}

/** A promotion whose facts cannot be read is one that no gate agreed to. */
function objectionTo(facts: unknown, name: string, gate: Gate): string | undefined {
  try {
    return objectionOf(gate, readFacts(facts, name));
  } catch (error) {
    if (error instanceof SlipwayError) return error.message;
    throw error;
  }
}
