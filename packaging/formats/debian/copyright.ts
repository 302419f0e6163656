export interface CopyrightFacts {
  readonly name: string;
  readonly contact: { readonly name: string; readonly email: string };
  readonly homepage: string;
  readonly licence: { readonly spdx: string; readonly holder: string };
  /** Seconds since 1970; its year stands in a copyright notice whose holder is named without one. */
  readonly epoch: number;
}

/** Licences whose text every Debian system has, by SPDX identifier (Debian Policy 12.5); packages refer to it. */
const commonLicences: Readonly<Record<string, string>> = {
  "Apache-2.0": "Apache-2.0",
  "Artistic-1.0-Perl": "Artistic",
  "CC0-1.0": "CC0-1.0",
  "GPL-1.0-only": "GPL-1",
  "GPL-1.0-or-later": "GPL-1",
  "GPL-2.0-only": "GPL-2",
  "GPL-2.0-or-later": "GPL-2",
  "GPL-3.0-only": "GPL-3",
  "GPL-3.0-or-later": "GPL-3",
  "LGPL-2.0-only": "LGPL-2",
  "LGPL-2.0-or-later": "LGPL-2",
  "LGPL-2.1-only": "LGPL-2.1",
  "LGPL-2.1-or-later": "LGPL-2.1",
  "LGPL-3.0-only": "LGPL-3",
  "LGPL-3.0-or-later": "LGPL-3",
  "MPL-1.1": "MPL-1.1",
  "MPL-2.0": "MPL-2.0",
};

/** The machine-readable copyright file (DEP-5): one licence for all files, quoted or, where Debian has it, referred to. */
export function copyrightText(
  { name, contact, homepage, licence, epoch }: CopyrightFacts,
  licenceText: string,
): string {
  const common = commonLicences[licence.spdx];
  const year = new Date(epoch * 1000).getUTCFullYear();
  const notice = /\b\d{4}\b/.test(licence.holder) ? licence.holder : `${year} ${licence.holder}`;
  const body =
    common === undefined
      ? licenceText
      : `On Debian systems, the full text of this licence is in\n/usr/share/common-licenses/${common}.`;
  return [
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
    `Upstream-Name: ${name}`,
    `Upstream-Contact: ${contact.name} <${contact.email}>`,
    `Source: ${homepage}`,
    "",
    "Files: *",
    `Copyright: ${notice}`,
    `License: ${licence.spdx.replaceAll(" OR ", " or ").replaceAll(" AND ", " and ")}`,
    ...continuation(body),
    "",
  ].join("\n");
}

/** Lines of a multi-line value: indented by one blank, empty ones as a dot. */
function continuation(text: string): readonly string[] {
  const lines = text.replaceAll("\r\n", "\n").trim().split("\n");
  return lines.map((line) => (line.trim() === "" ? " ." : ` ${line.trimEnd()}`));
}
