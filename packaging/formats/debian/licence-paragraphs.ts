import { type NamedLicence, obligationsOf } from "../../spdx.ts";

/** Who holds the copyright, under which SPDX expression, and the text that goes with it. */
export interface LicenceStatement {
  readonly spdx: string;
  readonly holder: string;
  readonly text: string;
}

/** A licence with a text of its own: a stand-alone paragraph of the copyright file. */
export interface LicenceParagraph {
  /** Its name in the copyright file: the SPDX identifier, with more where two texts go by the same one. */
  readonly shortName: string;
  readonly body: string;
  /** The statement's text and the licence that it was made for. */
  readonly made: readonly { readonly text: string; readonly licence: string }[];
}

/** Licences whose text every Debian system has (Debian Policy 12.5), by SPDX identifier without `-only` and `-or-later`. */
const commonLicences: Readonly<Record<string, string>> = {
  "Apache-2.0": "Apache-2.0",
  "Artistic-1.0-Perl": "Artistic",
  "CC0-1.0": "CC0-1.0",
  "GFDL-1.2": "GFDL-1.2",
  "GFDL-1.3": "GFDL-1.3",
  "GPL-1.0": "GPL-1",
  "GPL-2.0": "GPL-2",
  "GPL-3.0": "GPL-3",
  "LGPL-2.0": "LGPL-2",
  "LGPL-2.1": "LGPL-2.1",
  "LGPL-3.0": "LGPL-3",
  "MPL-1.1": "MPL-1.1",
  "MPL-2.0": "MPL-2.0",
};

/** The paragraphs that a copyright file needs: each text once, those that Debian has by reference. */
export function namedLicences(
  statements: readonly (LicenceStatement & { readonly name: string })[],
): readonly LicenceParagraph[] {
  const paragraphs: LicenceParagraph[] = [];
  for (const { spdx, text, name } of statements) {
    let quoted: string | undefined;
    for (const licence of obligationsOf(spdx).flat(2)) {
      const plain = nameOf(licence);
      const made = { text, licence: plain };
      const common = commonLicences[licence.id.replace(/\+$|-only$|-or-later$/, "")];
      const body = bodyOf(licence, common, quoted, normal(text));
      const same = paragraphs.findIndex((other) => other.body === body && other.made[0]?.licence === plain);
      const there = paragraphs[same];
      const shortName = there?.shortName ?? freeName(plain, name, paragraphs);
      if (there === undefined) paragraphs.push({ shortName, body, made: [made] });
      else paragraphs[same] = { ...there, made: [...there.made, made] };
      if (common === undefined) quoted ??= shortName;
    }
  }
  return paragraphs;
}

/** Several statements as one value of License: all of them hold. DEP-5 has no brackets: a comma binds loosest. */
export function expressionText(
  statements: readonly LicenceStatement[],
  paragraphs: readonly LicenceParagraph[],
): string {
  const groups = statements.flatMap(({ spdx, text }) =>
    obligationsOf(spdx).map((group) => group.map((all) => all.map((it) => shortNameOf(it, text, paragraphs)))),
  );
  const texts = new Set(groups.map((group) => group.map((all) => all.join(" and ")).join(" or ")));
  return [...texts].join(groups.some((group) => group.length > 1) ? ", and " : " and ");
}

function shortNameOf(licence: NamedLicence, text: string, paragraphs: readonly LicenceParagraph[]): string {
  const plain = nameOf(licence);
  const found = paragraphs.find(({ made }) => made.some((it) => it.licence === plain && it.text === text));
  return found?.shortName ?? plain;
}

/** DEP-5 writes an exception out: `GPL-2.0-only with Classpath-exception-2.0 exception`. */
function nameOf({ id, exception }: NamedLicence): string {
  return exception === undefined ? id : `${id} with ${exception} exception`;
}

function freeName(plain: string, owner: string, paragraphs: readonly LicenceParagraph[]): string {
  const taken = new Set(paragraphs.map(({ shortName }) => shortName));
  const own = `${plain}-${owner.replaceAll(/[^A-Za-z0-9.]+/g, "-").replaceAll(/^-|-$/g, "")}`;
  const names = [plain, own, ...paragraphs.map((_, index) => `${own}-${index + 2}`)];
  return names.find((name) => !taken.has(name)) ?? own;
}

function bodyOf(
  { exception }: NamedLicence,
  common: string | undefined,
  quoted: string | undefined,
  text: string,
): string {
  if (common === undefined) return quoted === undefined ? text : `Its text stands with that of ${quoted}.`;
  const reference = `On Debian systems, the full text of this licence is in\n/usr/share/common-licenses/${common}.`;
  return exception === undefined ? reference : `${reference}\n\nThe text with the exception:\n\n${text}`;
}

/** The same text from another editor: line ends, blanks at the ends of lines and empty lines around it do not count. */
function normal(text: string): string {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  return lines
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/^\n+/, "")
    .trimEnd();
}
