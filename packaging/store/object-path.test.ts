import assert from "node:assert/strict";
import { join, relative, sep, win32 } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SlipwayError } from "../errors.ts";
import { checkObjectPath, checkPrefix } from "./object-path.ts";

/** Strings in which the dangerous parts are common. */
const suspicious = fc
  .array(fc.oneof(fc.constantFrom("/", "\\", "..", ".", "C:", "\0", "\n", "~", "a", "1.0.0+b", "é"), fc.string()), {
    maxLength: 8,
  })
  .map((parts) => parts.join(""));

describe("the name of an object", () => {
  it("that is accepted stays below the bucket, on every system, and is the only way to say it", () => {
    let accepted = 0;
    fc.assert(
      fc.property(suspicious, (path) => {
        const refused = refusalOf(() => checkObjectPath(path));
        if (refused !== undefined) return assert.match(refused.message, /\[SLW-STORE\]$/);
        accepted += 1;
        assert.equal(relative("/bucket", join("/bucket", path)).split(sep).join("/"), path);
        assert.equal(win32.relative("D:\\bucket", win32.join("D:\\bucket", path)).replaceAll("\\", "/"), path);
      }),
      { numRuns: 2000 },
    );
    assert.ok(accepted > 50, `only ${accepted} of 2000 were accepted: the test shows nothing`);
  });

  it("may begin with any prefix that is accepted", () => {
    for (const path of [
      "releases/runtime/1.0.0+0123456789ab/runtime_1.0.0~rc.1_amd64.deb",
      "tuf/timestamp.json",
      "a",
    ]) {
      for (let length = 0; length <= path.length; length += 1) checkPrefix(path.slice(0, length));
      checkObjectPath(path);
    }
  });

  it("is quoted in the refusal, shortened and without raw control characters", () => {
    assert.throws(() => checkObjectPath("a\u001b[2J"), /^SlipwayError: "a\\u001b\[2J" cannot be the name of an object/);
    assert.ok((refusalOf(() => checkObjectPath("é".repeat(5000)))?.message.length ?? 0) < 500);
  });
});

function refusalOf(check: () => void): SlipwayError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof SlipwayError, String(error));
    return error;
  }
}
