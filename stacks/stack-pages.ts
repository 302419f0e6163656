import type * as pulumi from "@pulumi/pulumi";
import type { Channel } from "../components/channel.ts";
import { type PagedChannel, ReleasePages } from "../components/release-pages.ts";
import type { PlannedPointer } from "../packaging/plan/pointer-plan.ts";
import type { MovingStack } from "./moving.ts";

/** The channels that products were pointed with, as pages are made of them. */
export function paged(products: readonly PlannedPointer[], channels: readonly Channel[]): readonly PagedChannel[] {
  return products.flatMap((planned, at): readonly PagedChannel[] => {
    const moved = channels[at];
    return moved === undefined ? [] : [{ product: planned.release.product, planned, moved }];
  });
}

/** The pages of the stack's channels: last of all, so that whatever they link to is there. */
export function releasePages(
  { settings, channel, bucket, keys, root, within }: MovingStack,
  products: readonly PagedChannel[],
  linked: readonly pulumi.Resource[],
): ReleasePages {
  const { archive, url, homebrew, winget } = settings;
  const elsewhere = { tap: homebrew?.tap, winget: winget && (true as const) };
  const args = { archive, url, bucket, channel, products, key: keys.archive.reference, root, ...elsewhere };
  return new ReleasePages(args, { ...within, dependsOn: [...linked] });
}
