import * as pulumi from "@pulumi/pulumi";
import { differenceMarkdown } from "../packaging/difference/markdown.ts";
import { differenceText } from "../packaging/difference/text.ts";
import type { Promotion as PlannedPromotion } from "../packaging/promotion/plan.ts";
import { notePreview } from "./preview-note.ts";

/**
 * What a promotion was judged by: a policy pack finds the facts here and judges them again with the same gates. Its
 * message says what differs for users between what the channel serves and what it is to serve.
 */
export class Promotion extends pulumi.ComponentResource {
  constructor({ facts, difference }: PlannedPromotion, options: pulumi.ComponentResourceOptions = {}) {
    super("slipway:index:Promotion", facts.product, { facts }, options);
    if (difference !== undefined && !difference.same) void pulumi.log.info(differenceText(difference), this);
    this.registerOutputs({});
  }
}

/** Leaves what a pull request's comment shows of the promotions where the comment takes it from. */
export function notePromotions(promotions: readonly PlannedPromotion[]): Promise<void> {
  const parts = promotions.map(({ facts, difference }) => {
    if (difference === undefined)
      return `### \`${facts.product} ${facts.version}\` on ${facts.channel}\n\nThe first one.\n`;
    return differenceMarkdown(difference);
  });
  return notePreview(parts.join("\n"));
}
