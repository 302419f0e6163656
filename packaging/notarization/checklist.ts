import { type NotaryRule, packageRules, sliceRules } from "./rules.ts";

/**
 * The notarization checklist of a product, as Markdown: each rule that a package is held to before it is sent to Apple, and
 * how to look at what was installed. It is shipped as `NOTARIZATION.md` among the package's documents.
 */
export function notarizationChecklist(product: { readonly name: string; readonly identifier: string }): string {
  const lines = [
    `# Notarization of ${product.name}`,
    "",
    "What Apple's notary service wants of this package. The program that made it checks each line before it submits.",
    "",
    "## Programs and libraries",
    "",
    ...sliceRules.map(lineOf),
    "",
    "## The package",
    "",
    ...packageRules.map(lineOf),
    "",
    "## On a Mac",
    "",
    "- `spctl --assess --verbose --type install PACKAGE` says `source=Notarized Developer ID`.",
    "- `xcrun stapler validate PACKAGE` finds the ticket in the file: the Mac need not be online.",
    "- `pkgutil --check-signature PACKAGE` shows the certificates of the package.",
    `- \`pkgutil --pkg-info ${product.identifier}\` shows what is installed, and \`codesign --verify --strict --verbose FILE\``,
    "  whether a program is as it was signed.",
    "",
  ];
  return lines.join("\n");
}

function lineOf({ title, advice }: Pick<NotaryRule<never>, "title" | "advice">): string {
  return `- [ ] ${title}\n  ${advice}`;
}
