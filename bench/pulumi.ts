import { join } from "node:path";
import type { Checkout } from "../tests/engine/checkout.ts";
import type { Step } from "./measure.ts";

/** A pulumi command about a stack of a checkout, as a step that can be measured. */
export function pulumi({ folder, scratch }: Checkout, stack: string, ...args: readonly string[]): Step {
  const plain = ["--stack", stack, "--non-interactive", "--color", "never"];
  return {
    file: process.execPath,
    args: [join("bootstrap", "pulumi.mjs"), ...args, ...plain],
    folder,
    environment: { PULUMI_HOME: join(scratch, "pulumi-home"), NO_COLOR: "1" },
  };
}
