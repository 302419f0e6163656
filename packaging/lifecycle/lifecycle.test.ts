import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { SlipwayError } from "../errors.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";
import { lifecycle as stateContract } from "./state-contract.ts";
import { stateSchema } from "./state-schema.ts";

/** The string that stands for a value that is not known yet. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function counting() {
  const world = { writes: [] as (Values | undefined)[], drift: [] as string[], lags: false };
  const lifecycle = lifecycleOf<{ schema: number; name: string; size: number }, Values>({
    kind: "counter",
    inputs: z.object({ schema: z.number(), name: z.string(), size: z.number() }),
    id: ({ name }) => `counter/${name}`,
    write: async ({ size }, before) => {
      world.writes.push(before);
      return { doubled: size * 2 };
    },
    lags: async () => world.lags,
    drift: async () => world.drift,
  });
  return { world, lifecycle };
}

const inputs = { schema: stateSchema, name: "a", size: 2, __provider: "text" };

test("a create writes, and its outputs are inputs, outputs and no drift", async () => {
  const { lifecycle, world } = counting();
  const { id, outs } = await lifecycle.create(inputs);
  assert.equal(id, "counter/a");
  assert.deepEqual(outs, { schema: stateSchema, name: "a", size: 2, doubled: 4, drift: [] });
  assert.deepEqual(world.writes, [undefined]);
});

test("an update is told what the state remembers", async () => {
  const { lifecycle, world } = counting();
  const { outs } = await lifecycle.create(inputs);
  await lifecycle.update("counter/a", outs, { ...inputs, size: 3 });
  assert.deepEqual(world.writes[1], outs);
});

test("only this code's own keys make a difference", async () => {
  const { lifecycle } = counting();
  const { outs } = await lifecycle.create(inputs);
  const diff = async (olds: Values, news: Values) => (await lifecycle.diff("x", olds, news)).changes;
  assert.equal(await diff(outs, inputs), false);
  assert.equal(await diff({ ...outs, ofAnotherVersion: 1 }, { ...inputs, __provider: "other text" }), false);
  assert.equal(await diff(outs, { ...inputs, size: 3 }), true);
  assert.equal(await diff(outs, { ...inputs, size: unknownValue }), true);
});

test("the same inputs make an update while the bucket is behind them", async () => {
  const { lifecycle, world } = counting();
  const { id, outs } = await lifecycle.create(inputs);
  world.lags = true;
  assert.equal((await lifecycle.diff(id, outs, inputs)).changes, true);
  world.lags = false;
  assert.equal((await lifecycle.diff(id, outs, inputs)).changes, false);
});

test("what the state remembers of one bucket is not told of another", async () => {
  const { lifecycle, world } = counting();
  const { outs } = await lifecycle.create({ ...inputs, bucket: "one" });
  await lifecycle.update("counter/a", outs, { ...inputs, bucket: "two" });
  assert.equal(world.writes[1], undefined);
});

test("a refresh names what drifted, and any drift makes an update", async () => {
  const { lifecycle, world } = counting();
  const { id, outs } = await lifecycle.create(inputs);
  world.drift = ["a/b: missing"];
  const { props } = await lifecycle.read(id, outs);
  assert.deepEqual(props["drift"], ["a/b: missing"]);
  assert.equal((await lifecycle.diff(id, props, inputs)).changes, true);
});

test("values that newer code wrote are neither changed nor deleted", async () => {
  const { lifecycle, world } = counting();
  const newer = { ...inputs, schema: stateSchema + 1 };
  const refused = (error: unknown) => error instanceof SlipwayError && error.code === "SLW-STATE-NEWER";
  await assert.rejects(lifecycle.check(newer, inputs), refused);
  assert.deepEqual((await lifecycle.read("x", newer)).props, newer);
  await assert.rejects(lifecycle.delete("x", newer), refused);
  assert.deepEqual(world.writes, []);
});

test("a bad input is named without its value, which may be a secret", async () => {
  const { lifecycle } = counting();
  await assert.rejects(lifecycle.create({ ...inputs, size: "hunter2" }), (error: Error) => {
    return error.message.includes("input size") && !error.message.includes("hunter2");
  });
});

const newerStates = [
  [
    "a provider module of newer code",
    { schema: stateSchema, modules: ["slipway/lifecycle/of-the-future"] },
    /of-the-future/,
  ],
  ["a newer schema", { schema: stateSchema + 1, modules: [] }, /written by a newer Slipway/],
] as const;

for (const [name, values, sentence] of newerStates) {
  test(`a state with ${name} is refused once: by its first end on update and refresh, by its last on destroy`, async () => {
    const first = { ...values, end: "first" };
    const last = { ...values, end: "last" };
    const refused = (error: unknown) =>
      error instanceof SlipwayError && error.code === "SLW-STATE-NEWER" && sentence.test(error.message);
    await assert.rejects(stateContract.check(first, first), refused);
    await assert.rejects(stateContract.read("first", first), refused);
    await assert.rejects(stateContract.delete("last", last), refused);
    assert.deepEqual((await stateContract.read("last", last)).props, last);
  });
}
