import type { Draft } from "./draft.ts";
import { fieldName } from "./field-name.ts";
import { type Finding, named, repeated } from "./finding.ts";
import { nearest } from "./nearest.ts";

/**
 * What Windows asks of services, once a target makes an `.msi` that registers them: it knows them by name and by title, has
 * no templates, and runs programs of the product.
 */
export function* windowsServices({ targets: drafts, services }: Draft): Generator<Finding> {
  const installed = drafts.filter(({ formats }) => formats.some(({ value }) => value === "msi"));
  if (installed.length === 0) return;
  const registered = services.flatMap(({ path, value: { name, windows } }) =>
    windows === undefined ? [] : [{ path: [...path, "windows"], name, windows }],
  );
  for (const { path, name } of registered)
    if (name?.endsWith("@") === true)
      yield {
        path,
        at: "key",
        message: `${fieldName(path)}: expected a service of its own, found template ${name}`,
        hint: "Windows has no templates: list each of its instances as a service.",
      };
  for (const { path, name } of registered)
    if (name?.includes("+") === true)
      yield {
        path: [...path.slice(0, -1), "name"],
        message: `${fieldName([...path.slice(0, -1), "name"])}: expected a name that Windows takes too, found ${name}`,
        hint: "There it has letters, digits, dots, dashes and underscores.",
      };
  const titles = registered.flatMap(({ path, name, windows: { title = name } }) =>
    title === undefined ? [] : [{ path: [...path, "title"], value: title }],
  );
  yield* repeated("title", titles);
  for (const { name: target, binaries } of installed) {
    const commands = named(binaries, "name").map(({ value }) => value);
    // A binary whose name is wrong has its own mistake; it may be the one that is meant.
    if (commands.length === 0 || commands.length < binaries.length) continue;
    for (const { path, windows } of registered)
      if (!commands.includes(windows.program))
        yield unknownProgram([...path, "program"], windows.program, target, commands);
  }
}

function unknownProgram(path: Finding["path"], program: string, target: string, commands: readonly string[]): Finding {
  const meant = nearest(program, commands);
  return {
    path,
    message: `${fieldName(path)}: expected a command of ${target}, found ${program}`,
    hint: meant === undefined ? `Its commands are: ${commands.join(", ")}.` : `Did you mean ${meant}?`,
  };
}
