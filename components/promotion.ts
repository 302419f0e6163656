import * as pulumi from "@pulumi/pulumi";
import { differenceText } from "../packaging/difference/text.ts";
import type { Promotion as PlannedPromotion } from "../packaging/promotion/plan.ts";

/**
 * What a promotion was judged by: a policy pack finds the facts here and judges them again with the same gates. Its
 * message says what differs between what the channel serves and what it is to serve, and what users get.
 */
export class Promotion extends pulumi.ComponentResource {
  constructor({ facts, difference, lost, users }: PlannedPromotion, options: pulumi.ComponentResourceOptions = {}) {
    super("slipway:index:Promotion", facts.product, { facts }, options);
    if (difference !== undefined && !difference.same) {
      const text = [differenceText(difference), ...users.map((line) => `${line}\n`)].join("");
      void pulumi.log.info(text, this);
    }
    if (lost !== undefined) {
      const what = `the record or an inventory of ${lost}, which ${facts.channel} serves, is damaged`;
      void pulumi.log.warn(`What ${facts.product} ${facts.version} changes inside cannot be told: ${what}.`, this);
    }
    this.registerOutputs({});
  }
}
