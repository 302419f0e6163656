import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { sha256 } from "../digest.ts";
import { devFolder, parseFolder, releaseFolder } from "./folder.ts";

describe("a release's folder", () => {
  it("is below releases/", () => {
    assert.equal(releaseFolder("runtime", "1.0.0"), "releases/runtime/1.0.0");
    assert.throws(() => releaseFolder("runtime", "../other"), { code: "SLW-STORE" });
  });

  it("of work in progress ends in the hash of what is in it", () => {
    const artifacts = [
      { name: "b.deb", content: sha256("b") },
      { name: "a.deb", content: sha256("a") },
    ];
    const lines = `${sha256("a")}  a.deb\n${sha256("b")}  b.deb\n`;
    assert.equal(devFolder("1.0.0", artifacts), `1.0.0+${sha256(lines).slice(0, 12)}`);
    assert.equal(devFolder("1.0.0", artifacts), "1.0.0+9416cf20693b");
  });

  it("does not depend on order, and does on names, digests and their pairing", () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9]{1,8}$/);
    const content = fc.stringMatching(/^[0-9a-f]{64}$/);
    const two = fc.uniqueArray(fc.record({ name, content }), { minLength: 2, maxLength: 6, selector: (it) => it.name });
    fc.assert(
      fc.property(two, (artifacts) => {
        const folder = devFolder("1.0.0", artifacts);
        assert.equal(devFolder("1.0.0", [...artifacts].reverse()), folder);
        const [first, second, ...rest] = artifacts as [(typeof artifacts)[0], (typeof artifacts)[0]];
        const swapped = [{ ...first, content: second.content }, { ...second, content: first.content }, ...rest];
        if (first.content !== second.content) assert.notEqual(devFolder("1.0.0", swapped), folder);
        assert.notEqual(devFolder("1.0.0", artifacts.slice(1)), folder);
      }),
    );
  });

  it("tells its version and hash", () => {
    assert.deepEqual(parseFolder("1.0.0"), { version: "1.0.0" });
    assert.deepEqual(parseFolder("1.0.0-rc.1+0123456789ab"), { version: "1.0.0-rc.1", hash: "0123456789ab" });
    const bad = ["", "1.0", "v1.0.0", "1.0.0+", "1.0.0+abc", "1.0.0+0123456789AB", "1.0.0+0123456789ab+c", "1.0.0 "];
    for (const folder of bad) assert.throws(() => parseFolder(folder), { code: "SLW-VERSION" }, folder);
  });
});
