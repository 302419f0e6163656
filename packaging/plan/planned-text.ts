import type { ReleaseRecord } from "../record/record.ts";
import type { Release } from "./release-plan.ts";

/** A text that a stack writes somewhere, which a preview may not know yet. */
export interface PlannedText {
  readonly text: string;
  /** It names a digest that is known after signing: in a preview without keys, the text is not what will be written. */
  readonly afterSigning: boolean;
}

/** Whether something that a text names of a release waits for a signature. */
export function waitsFor(
  { unsigned = [] }: Release,
  formats: readonly ReleaseRecord["artifacts"][number]["format"][],
  { artifacts }: ReleaseRecord,
): boolean {
  const named = artifacts.filter(({ format }) => formats.includes(format)).map(({ name }) => name);
  return unsigned.some(({ name }) => named.includes(name));
}
