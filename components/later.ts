import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output.js";
import type { PlannedText } from "../packaging/plan/planned-text.ts";
import type { ObjectReference } from "../packaging/plan/release-plan.ts";

/** An object as resources name it, whose bytes a preview may not know yet. */
export type PlannedObject = { readonly [K in keyof ObjectReference]: pulumi.Input<ObjectReference[K]> };

/** Values that a preview shows as not known yet, where no resource is at hand that they come from. */
export const laterText: pulumi.Output<string> = pulumi.output(unknown as unknown as string);
export const laterNumber: pulumi.Output<number> = pulumi.output(unknown as unknown as number);

/** An object whose bytes are known after signing, in a preview without keys. */
export function afterSigning({ path }: Pick<PlannedObject, "path">): PlannedObject {
  return { path, size: laterNumber, sha256: laterText };
}

/** Texts by path; those that name a digest which is known after signing are not known yet. */
export function plannedTexts(
  texts: Readonly<Record<string, PlannedText>>,
): Readonly<Record<string, pulumi.Input<string>>> {
  return Object.fromEntries(
    Object.entries(texts).map(([path, { text, afterSigning }]) => [path, afterSigning ? laterText : text]),
  );
}
