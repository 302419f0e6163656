import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { awaited } from "./awaited.ts";

class Made extends pulumi.ComponentResource {
  constructor(name: string) {
    super("test:index:Made", name);
  }
}

await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) });

/** What the SDK makes of the option. */
const named = ({ dependsOn }: Pick<pulumi.ComponentResourceOptions, "dependsOn">) =>
  new Promise<unknown>((resolve) => pulumi.output(dependsOn).apply(resolve));

test("a bucket that comes with the update is not asked, and one that is there is", () => {
  assert.equal(awaited(new Made("bucket")).comesFirst, true);
  assert.equal(awaited([new Made("one")]).comesFirst, true);
  assert.equal(awaited(undefined).comesFirst, false);
  assert.equal(awaited([]).comesFirst, false);
});

test("a foundation waits for what the program names and for what it owns itself", async () => {
  const [theirs, own] = [new Made("theirs"), new Made("own")];
  assert.deepEqual(await named(awaited(theirs).with([own])), [own, theirs]);
  assert.deepEqual(await named(awaited([theirs]).with([])), [theirs]);
  assert.deepEqual(await named(awaited(undefined).with([own])), [own]);
});
