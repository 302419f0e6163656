import { wrap } from "./description.ts";
import { expressionText, type LicenceStatement, namedLicences } from "./licence-paragraphs.ts";

export interface CopyrightFacts {
  readonly name: string;
  readonly contact: { readonly name: string; readonly email: string };
  readonly homepage: string;
  readonly licence: LicenceStatement;
  readonly components: readonly Component[];
  /** Installed paths of the programs: a component without files of its own is compiled into them. */
  readonly programs: readonly string[];
  /** Seconds since 1970; its year stands in a copyright notice whose holder is named without one. */
  readonly epoch: number;
}

/** Something inside that others wrote. */
export interface Component extends LicenceStatement {
  readonly name: string;
  /** Installed paths, `*` and `?` allowed. */
  readonly files: readonly string[];
}

/**
 * The machine-readable copyright file (copyright-format 1.0, DEP-5). Files are named as they are installed: there is no
 * source package whose paths they could be. Of several paragraphs that match a file the last one counts.
 */
export function copyrightText({ licence, components, programs, epoch, ...facts }: CopyrightFacts): string {
  const named = namedLicences([{ ...licence, name: facts.name }, ...components]);
  const inside = components.filter(({ files }) => files.length === 0);
  const apart = components.filter(({ files }) => files.length > 0);
  const about = (files: readonly string[], statements: readonly LicenceStatement[], comment?: string) => [
    "",
    `Files: ${files.join("\n ")}`,
    `Copyright: ${[...new Set(statements.map(({ holder }) => notice(holder, epoch)))].join("\n ")}`,
    `License: ${expressionText(statements, named)}`,
    ...(comment === undefined ? [] : [`Comment: ${wrap(comment, 70).join("\n ")}`]),
  ];
  return [
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
    `Upstream-Name: ${facts.name}`,
    `Upstream-Contact: ${facts.contact.name} <${facts.contact.email}>`,
    `Source: ${facts.homepage}`,
    ...about(["*"], [licence]),
    ...(inside.length === 0 || programs.length === 0
      ? []
      : about(programs, [licence, ...inside], `Compiled in: ${inside.map(({ name }) => name).join(", ")}.`)),
    ...apart.flatMap((component) => about(component.files, [component], `From ${component.name}.`)),
    ...named.flatMap(({ shortName, body }) => ["", `License: ${shortName}`, ...continuation(body)]),
    "",
  ].join("\n");
}

function notice(holder: string, epoch: number): string {
  return /\b\d{4}\b/.test(holder) ? holder : `${new Date(epoch * 1000).getUTCFullYear()} ${holder}`;
}

/** Lines of a multi-line value: indented by one blank, empty ones as a dot. */
function continuation(text: string): readonly string[] {
  return text.split("\n").map((line) => (line.trim() === "" ? " ." : ` ${line}`));
}
