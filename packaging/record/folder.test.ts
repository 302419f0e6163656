import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sha256 } from "../digest.ts";
import { devFolder, parseFolder, releaseFolder } from "./folder.ts";

describe("a release's folder", () => {
  it("is below releases/", () => {
    assert.equal(releaseFolder("runtime", "1.0.0"), "releases/runtime/1.0.0");
    assert.throws(() => releaseFolder("runtime", "../other"), { code: "SLW-STORE" });
  });

  it("of work in progress ends in the beginning of its record's digest", () => {
    assert.equal(devFolder("1.0.0", sha256("record")), `1.0.0+${sha256("record").slice(0, 12)}`);
    assert.deepEqual(parseFolder(devFolder("1.0.0-rc.1", sha256("record"))).version, "1.0.0-rc.1");
  });

  it("tells its version and hash", () => {
    assert.deepEqual(parseFolder("1.0.0"), { version: "1.0.0" });
    assert.deepEqual(parseFolder("1.0.0-rc.1+0123456789ab"), { version: "1.0.0-rc.1", hash: "0123456789ab" });
    const bad = ["", "1.0", "v1.0.0", "1.0.0+", "1.0.0+abc", "1.0.0+0123456789AB", "1.0.0+0123456789ab+c", "1.0.0 "];
    for (const folder of bad) assert.throws(() => parseFolder(folder), { code: "SLW-VERSION" }, folder);
  });
});
