import type { Result } from "./command.ts";
import { previewText } from "./diff-lines.ts";

/** What a diff says of one resource: its lines, from the header down to the next resource's. */
interface Section {
  /** `slipway:index:Bundle` */
  readonly type: string;
  /** `runtime-linux-x86_64` */
  readonly name: string;
  readonly lines: readonly string[];
}

/**
 * The changed entries of each bundle in a preview's diff: bundle → package → paths, control fields and texts, each as
 * the diff names it (`- usr/bin/gone` where it is removed, `+ …` where it is added).
 */
export function bundleChanges(result: Result): Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> {
  const bundles = sectionsOf(previewText(result)).filter(({ type }) => type === "slipway:index:Bundle");
  return Object.fromEntries(bundles.map(({ name, lines }) => [name, packageChanges(lines)]));
}

/** The new content digests in a preview's diff, by the name of the artifact's resource. */
export function contentDigests(result: Result): Readonly<Record<string, string>> {
  const artifacts = sectionsOf(previewText(result)).filter(({ type }) => type.endsWith("slipway:Artifact"));
  return Object.fromEntries(
    artifacts.flatMap(({ name, lines }) =>
      lines.flatMap((line) => {
        const digest = /^\s*[+~] content\s*: .*"([0-9a-f]{64})"$/.exec(line)?.[1];
        return digest === undefined ? [] : [[name, digest] as const];
      }),
    ),
  );
}

function sectionsOf(diff: string): readonly Section[] {
  const [, ...sections] = diff.split(/^(?=\s*[-+~]? *\S+: \(\w+\)$)/m);
  return sections.map((section) => {
    const lines = section.split("\n");
    const type = /^\s*[-+~]? *(\S+): \(/.exec(lines[0] ?? "")?.[1] ?? "";
    const name = /^\s*\[urn=.*::([^:]+)\]$/m.exec(section)?.[1] ?? "";
    return { type, name, lines };
  });
}

/** Packages stand two levels below a bundle's `packages`, their files, control fields and texts two levels deeper. */
function packageChanges(lines: readonly string[]): Record<string, readonly string[]> {
  const changes: Record<string, string[]> = {};
  let inside: string[] | undefined;
  for (const line of lines) {
    const opened = /^\s*[-+~]? *(\S+\.deb|tar\.zst|tar\.gz|zip|msi|pkg)\s*: \{$/.exec(line)?.[1];
    if (opened !== undefined) {
      inside = [];
      changes[opened] = inside;
    }
    const [, sign, entry] = /^\s*([-+~]) (\S+)\s*: ".*"$/.exec(line) ?? [];
    if (sign !== undefined && entry !== undefined) inside?.push(sign === "~" ? entry : `${sign} ${entry}`);
  }
  return Object.fromEntries(Object.entries(changes).filter(([, entries]) => entries.length > 0));
}
