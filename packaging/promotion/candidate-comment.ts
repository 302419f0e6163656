import type { PlannedPointer } from "../plan/pointer-plan.ts";
import { readIfThere } from "../plan/published-plan.ts";
import type { Shelves } from "../plan/read-named.ts";
import type { ReleasePlan } from "../plan/release-plan.ts";
import { whatUsersGet } from "../rollback/what-users-get.ts";
import type { CommentedProduct } from "./comment.ts";
import { differenceFrom } from "./difference-from.ts";

/** What a pull request's comment shows of a release that a candidate stack built and has not published yet. */
export async function commentedCandidate(
  at: Shelves,
  { bundles }: ReleasePlan,
  { release, channel: { channel, now } }: PlannedPointer,
): Promise<CommentedProduct> {
  const { product, version, folder, record, recordObject, unsigned } = release;
  const current = now.entry?.current;
  const common = { product, version, channel };
  // Until it is signed, the record at hand is not the one that will be published.
  const named = unsigned === undefined ? `for record ${recordObject.sha256}` : "for its record, known after signing";
  const toPromote = `  gates       to promote this, not to merge it, the governance log needs an entry ${named}`;
  if (current === undefined) return { ...common, difference: undefined, users: [toPromote] };
  const before = await readIfThere(at, product, current);
  const difference = await differenceFrom(at.store, product, current, { folder, record, bundles });
  const users = whatUsersGet({ version: current.version, record: before?.record }, release);
  const others = `  others      users of other channels than ${channel} see nothing until this is promoted`;
  const lost = difference === undefined ? { lost: current.version } : {};
  return { ...common, difference, ...lost, users: [...users, others, toPromote] };
}
