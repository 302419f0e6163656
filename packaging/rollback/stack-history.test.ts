import assert from "node:assert/strict";
import { test } from "node:test";
import { parseStackHistory } from "./stack-history.ts";

/** As pulumi 3.250.0 printed it on a file backend: a failed update, one under a map, one with nothing set. */
const printed = [
  {
    ...{ version: 3, kind: "update", message: "", environment: { "exec.kind": "cli" }, result: "failed" },
    ...{ startTime: "2026-11-28T10:00:10.000Z", endTime: "2026-11-28T10:00:12.000Z", resourceChanges: { same: 4 } },
    config: { "slipway:version": { value: "1.0.0+0123456789ab", secret: false } },
  },
  {
    ...{ version: 2, kind: "refresh", message: "", environment: {}, config: {}, result: "succeeded" },
    ...{ startTime: "2026-11-28T09:30:00.000Z", endTime: "2026-11-28T09:30:02.000Z", resourceChanges: {} },
  },
  {
    ...{ version: 2, kind: "update", message: "", environment: {}, result: "succeeded" },
    ...{ startTime: "2026-11-28T09:00:00.000Z", endTime: "2026-11-28T09:00:02.000Z", resourceChanges: {} },
    config: {
      "slipway:version": { value: '{"alpha":"1.1.0"}', objectValue: { alpha: "1.1.0" }, secret: false },
      "slipway:token": { secret: true },
    },
  },
  {
    ...{ version: 1, kind: "update", message: "", environment: {}, config: {}, result: "in-progress" },
    startTime: "2026-11-28T08:00:00.000Z",
  },
];

test("updates with what they were configured with, newest first; a refresh moves nothing", () => {
  const at = (time: string) => Date.parse(`2026-11-28T${time}Z`) / 1000;
  assert.deepEqual(parseStackHistory(JSON.stringify(printed)), [
    { result: "failed", from: at("10:00:10"), to: at("10:00:12"), version: "1.0.0+0123456789ab" },
    { result: "succeeded", from: at("09:00:00"), to: at("09:00:02"), version: { alpha: "1.1.0" } },
    { result: "in-progress", from: at("08:00:00"), to: at("08:00:00"), version: undefined },
  ]);
  assert.deepEqual(parseStackHistory("[]"), []);
});

test("a history of another form is refused in one sentence", () => {
  for (const text of ["", "{}", '[{"kind":"update"}]']) {
    assert.throws(() => parseStackHistory(text), { code: "SLW-TOOL-MISSING", message: /^The engine's history/ });
  }
});
