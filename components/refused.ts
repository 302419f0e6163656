import * as pulumi from "@pulumi/pulumi";
import { SlipwayError } from "../packaging/errors.ts";

/**
 * What ends a program that met `error`: a refusal is one message without a stack, everything else stays as it is. For
 * values that others wait for as well: Pulumi writes the way to a failed value in front of its error's message, once for
 * each property on it, and a refusal has said all that there is to say.
 */
export function refused(error: unknown): unknown {
  if (!(error instanceof SlipwayError)) return error;
  const { message } = error;
  return Object.defineProperty(new pulumi.RunError(message), "message", { get: () => message, set: () => {} });
}
