import { compareVersions, versionProblem } from "../version.ts";
import type { Draft } from "./draft.ts";
import { fieldName } from "./field-name.ts";
import { type Finding, named, repeated } from "./finding.ts";

/** What an earlier version had is retired once, by now, and is not shipped; what took its place is. */
export function* retiredConfiguration({ retired, configuration, targets, version }: Draft): Generator<Finding> {
  yield* repeated("retired file", named(retired, "path"));
  const shipped = new Set(
    configuration.flatMap(({ value: { to, only } }) => (to !== undefined && only?.includes("linux") ? [to] : [])),
  );
  const forDebian = targets.some(({ formats }) => formats.some(({ value }) => value === "deb"));
  // A path that is wrong has its own mistake; it may be the one that is meant.
  const legible = configuration.every(({ value: { to } }) => to !== undefined);
  for (const { path, value } of retired) {
    const { path: file, since, "renamed-to": renamedTo } = value;
    if (file !== undefined && shipped.has(file))
      yield {
        path: [...path, "path"],
        message: `${fieldName([...path, "path"])}: expected a file that is no longer shipped, found ${file}`,
        hint: "It is listed in configuration: take it out of one of the two.",
      };
    if (version !== undefined && since !== undefined && compareVersions(since, version) > 0)
      yield {
        path: [...path, "since"],
        message: `${fieldName([...path, "since"])}: expected a version up to ${version}, found ${since}`,
        hint: "It is the first version that does not ship the file: this one, or an earlier one.",
      };
    const unsorted = since !== undefined && forDebian ? versionProblem("debian", since) : undefined;
    if (unsorted !== undefined)
      yield {
        path: [...path, "since"],
        code: "SLW-VERSION",
        message: `${fieldName([...path, "since"])}: expected a version that Debian sorts as we do, found "${since}": ${unsorted.problem}`,
        hint: unsorted.hint,
      };
    if (renamedTo !== undefined && legible && !shipped.has(renamedTo))
      yield {
        path: [...path, "renamed-to"],
        message: `${fieldName([...path, "renamed-to"])}: expected a file of configuration, found ${renamedTo}`,
        hint: "List the new file in configuration; its edits come from the old one.",
      };
  }
}
