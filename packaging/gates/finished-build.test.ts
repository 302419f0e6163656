import assert from "node:assert/strict";
import { test } from "node:test";
import { promotion } from "./__fixtures__/promotion.ts";
import { finishedBuild } from "./finished-build.ts";

test("a version in a folder of its own may be promoted", () => {
  assert.equal(finishedBuild.check(promotion), undefined);
});

test("work in progress may not", () => {
  assert.equal(
    finishedBuild.check({ ...promotion, folder: "1.4.1+0123456789ab" }),
    "runtime 1.4.1+0123456789ab is work in progress: the bytes of 1.4.1 may still change, and users of stable would keep " +
      "those of today. Build 1.4.1 on a candidate stack, which publishes it in a folder of its own, and take that.",
  );
});
