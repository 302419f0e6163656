import { targets } from "../targets.ts";
import type { Draft } from "./draft.ts";
import type { Finding } from "./finding.ts";

/** The rules of `winget:` that its fields have with what the targets make. */
export function* wingetRules({ winget, product, targetsKnown, targets: drafts }: Draft): Generator<Finding> {
  if (winget === undefined) return;
  const made = drafts.some(
    ({ name, formats }) =>
      targets[name].os === "windows" && formats.some(({ value }) => value === "msi" || value === "zip"),
  );
  if (targetsKnown && !made)
    yield {
      path: ["winget"],
      at: "key",
      message: "winget: expected a target of Windows that makes an msi or a zip, found none",
      hint: "winget installs an .msi, or the programs of a .zip: add one to the installers of windows-x86_64.",
    };
  // What the schema of winget wants of a name.
  if (product?.length === 1 && winget.value.name === undefined)
    yield {
      path: ["winget"],
      at: "key",
      message: "winget: expected a name of at least two letters, found none",
      hint: `The product's id ${product} is too short for winget: say name: below winget.`,
    };
}
