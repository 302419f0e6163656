import { numberIn, type ReadRow, rowsOf, textOf } from "../rows.ts";
import type { IceCheck } from "./check.ts";

/** What the argument of each kind of setting may be ("MsiServiceConfig Table", ConfigType). */
const argumentsOf: ReadonlyMap<number, RegExp> = new Map([
  [3, /^[01]$/], // delayed start
  [4, /^[01]$/], // what counts as a failure
  [5, /^[013]$/], // kind of the service's SID
  [6, /^Se\w+Privilege(?:\[~\]Se\w+Privilege)*$/],
  [7, /^[1-9]\d*$|^$/], // milliseconds before the machine goes down
]);

/** ICE102: settings of services are some that there are, at an installation, a removal or a repair. */
export const ice102: IceCheck = function* (subject) {
  for (const row of rowsOf(subject, "MsiServiceConfig")) {
    const key = textOf(row, "MsiServiceConfig");
    yield* eventOf(key, row);
    const expected = argumentsOf.get(numberIn(row, "ConfigType"));
    if (expected === undefined) yield `${key} sets ${textOf(row, "ConfigType")} of a service, and 3 to 7 are possible.`;
    else if (!expected.test(textOf(row, "Argument")))
      yield `${key} sets a service to ${JSON.stringify(textOf(row, "Argument"))}, which cannot be.`;
  }
  for (const row of rowsOf(subject, "MsiServiceConfigFailureActions")) {
    const key = textOf(row, "MsiServiceConfigFailureActions");
    yield* eventOf(key, row);
    const [actions, delays] = ["Actions", "DelayActions"].map((column) => textOf(row, column).split("[~]").length);
    if (actions !== delays) yield `${key} has ${actions} actions for a service that failed, and ${delays} delays.`;
  }
};

function* eventOf(key: string, row: ReadRow): Generator<string> {
  const event = numberIn(row, "Event");
  if (event < 1 || event > 7) yield `${key} is for the event ${event}, which there is not.`;
}
