import { posix } from "node:path";
import type { Draft } from "./draft.ts";
import { fieldName } from "./field-name.ts";
import { type Finding, named, repeated } from "./finding.ts";
import { nearest } from "./nearest.ts";
import { shorten } from "./printable.ts";

/** Instances belong to templates, and every unit has a name of its own. */
export function* systemUnits({ services, units }: Draft): Generator<Finding> {
  for (const { path, value } of services) {
    if (value.name === undefined || value.name.endsWith("@") || (value.instances ?? []).length === 0) continue;
    yield {
      path: [...path, "instances"],
      at: "key",
      message: `${fieldName([...path, "instances"])}: expected a template, found service ${value.name}`,
      hint: `A template's name ends in @: name: ${value.name}@`,
    };
  }
  for (const { path, value } of services) {
    if (value.launchd === undefined || value.name?.endsWith("@") !== true) continue;
    yield {
      path: [...path, "launchd"],
      at: "key",
      message: `${fieldName([...path, "launchd"])}: expected a plain service, found the template ${value.name}`,
      hint: "launchd knows no instances: list each one that a Mac is to run as a service of its own.",
    };
  }
  const sockets = services.flatMap(({ path, value }) =>
    value.name === undefined || value["socket-unit"] === undefined
      ? []
      : [{ path: [...path, "socket-unit"], value: `${value.name}.socket` }],
  );
  yield* repeated("unit", [...sockets, ...units.map(({ path, value }) => ({ path, value: posix.basename(value) }))]);
}

/** Completions are for commands that a target installs. */
export function* completedCommands({ completed, targets: drafts }: Draft): Generator<Finding> {
  const commands = [...new Set(drafts.flatMap(({ binaries }) => named(binaries, "name").map(({ value }) => value)))];
  // Where no target says its binaries right, nothing can be said about commands.
  if (commands.length === 0) return;
  for (const { path, value } of completed) {
    if (commands.includes(value)) continue;
    const meant = nearest(value, commands);
    yield {
      path,
      at: "key",
      message: `completions: expected one of the commands ${commands.join(", ")}, found ${shorten(value)}`,
      hint:
        meant === undefined
          ? `Write completions for a command below its name: ${commands[0]}:`
          : `Did you mean ${meant}?`,
    };
  }
}
