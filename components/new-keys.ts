import * as pulumi from "@pulumi/pulumi";
import { keysToComeSentence, newKeySentences, type TrustedKeys } from "../packaging/plan/new-keys.ts";
import type { DevKeys } from "./dev-keys.ts";

/** Warns whom the stack's keys shut out: `trusted` is what the bucket's clients trust before this run writes anything. */
export async function warnOfNewKeys(trusted: TrustedKeys, keys: DevKeys, archive: string): Promise<void> {
  const both = pulumi.all([keys.root.reference.public, keys.archive.reference.public]);
  if (await isKnown(both)) {
    both.apply(([root, archiveKey]) => {
      for (const sentence of newKeySentences(trusted, { root, archive: archiveKey }, archive)) warn(sentence);
    });
  } else {
    const sentence = keysToComeSentence(trusted, archive);
    if (sentence !== undefined) warn(sentence);
  }
}

/** Every output has this; its declared type leaves it out. In a preview, what is to be created is not known. */
function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  return (output as unknown as { readonly isKnown: Promise<boolean> }).isKnown;
}

function warn(sentence: string): void {
  void pulumi.log.warn(sentence);
}
