import assert from "node:assert/strict";
import { test } from "node:test";
import { plannedMove, sampleContent } from "../channels/__fixtures__/bucket.ts";
import { mover, newBucket } from "../channels/__fixtures__/runtime-channels.ts";
import { moveChannel } from "../channels/move.ts";
import { askedRequests } from "./asked-requests.ts";

const author = { name: "Team", email: "team@example.com" };
const winget = { identifier: "Team.Runtime", author };
const plan = (version: string) => ({ product: "runtime", version, winget });

test("the requests of a stack follow from the versions that its channel served, before anything is built", async () => {
  const store = await newBucket();
  const asked = async (version: string) =>
    (await askedRequests(store, "stable", [plan(version), { product: "other", version }])).map((it) => [
      it.branch,
      it.isRemoved,
      it.paths[0],
    ]);
  const folder = "manifests/t/Team/Runtime";
  assert.deepEqual(await asked("1.0.0"), [["Team.Runtime-1.0.0", false, `${folder}/1.0.0/Team.Runtime.yaml`]]);
  for (const version of ["1.0.0", "1.1.0"]) {
    await moveChannel(store, await plannedMove(store, sampleContent(version), mover));
  }
  assert.deepEqual(await asked("1.2.0"), [["Team.Runtime-1.2.0", false, `${folder}/1.2.0/Team.Runtime.yaml`]]);
  assert.deepEqual(await asked("1.1.0"), [["Team.Runtime-1.1.0", false, `${folder}/1.1.0/Team.Runtime.yaml`]]);
  assert.deepEqual(await asked("1.0.0"), [["Team.Runtime-1.1.0-removed", true, `${folder}/1.1.0/Team.Runtime.yaml`]]);
  assert.deepEqual(await asked("1.2.0-rc.1"), []);
});
