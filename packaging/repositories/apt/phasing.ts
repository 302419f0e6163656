import type { OfferedPackage, SuiteRelease } from "./suite.ts";

/** By product: how many of 100 machines that have an earlier version are to upgrade to the current one; 100 where unset. */
export type Phasing = Readonly<Record<string, number>>;

/**
 * The packages of a release with Phased-Update-Percentage in their stanzas, where it is its product's current one and
 * less than all machines are to upgrade. Records say nothing of it: it is a matter of the suite.
 */
export function phased({ product, current, packages }: SuiteRelease, phasing: Phasing): readonly OfferedPackage[] {
  const percentage = phasing[product] ?? 100;
  if (!current || percentage >= 100) return packages;
  // A stanza ends with an empty line; the field is the last one that a reader meets.
  const field = Buffer.from(`Phased-Update-Percentage: ${percentage}\n\n`);
  return packages.map((it) => ({ ...it, text: Buffer.concat([it.text.subarray(0, -1), field]) }));
}

/** What the users of a suite see of it, for each product in `phasing`, in the words of a diff. */
export function phasingTexts(phasing: Phasing): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(phasing).map(([product, percentage]) => [product, phasingText(percentage)]));
}

/** apt draws a number from 0 to 100 for each machine and version, and holds back what is drawn above the percentage. */
function phasingText(percentage: number): string {
  if (percentage >= 100) return "100 %: every machine that has an earlier version upgrades";
  const others = "new installs, chroots and machines without a machine-id get the current version all the same";
  if (percentage === 0) {
    return `0 %: about 99 of 100 machines that have an earlier version keep it for now; a brake, not a stop: ${others}`;
  }
  return `${percentage} %: about ${percentage} of 100 machines that have an earlier version upgrade; ${others}`;
}
