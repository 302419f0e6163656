import assert from "node:assert/strict";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { generateEd25519 } from "../packaging/signing/ed25519.ts";
import { targetNames } from "../packaging/targets.ts";
import { makeCheckout } from "./engine/checkout.ts";
import { devStack, succeeded } from "./engine/stack.ts";

interface Report {
  readonly artifacts: readonly { readonly name: string; readonly sha256: string; readonly how: string }[];
  readonly shared: { readonly uploaded: number; readonly waiting: number };
}

test("targets that others built: a machine with an empty cache previews without one build", async (t) => {
  const checkout = await makeCheckout(t);
  const shared = join(checkout.scratch, "shared");
  const { public: half, secret } = generateEd25519();
  const cache = { location: shared, key: { public: half.publicKey, source: { env: "SLIPWAY_CACHE_KEY" } } };
  // The preview has the public half alone, as that of a pull request.
  const stack = devStack(checkout);
  const builder = devStack(checkout, { environment: { SLIPWAY_CACHE_KEY: secret } });
  await stack.configure({ cache });
  const build = async (target: string): Promise<Report> => {
    const line = ["--silent", "run", "slipway", "--", "build", "--target", target, "--json"];
    return JSON.parse(succeeded(await builder.npm(...line)).stdout);
  };
  /** Another machine has its own cache; what it downloads from elsewhere stays, for the sake of the registry. */
  const another = async () => {
    for (const name of ["objects", "recipes"]) {
      await rm(join(checkout.folder, ".slipway", "cache", name), { recursive: true, force: true });
    }
  };

  const names: string[] = [];
  const digests = new Map<string, string>();
  await t.test("each target is built by a command of its own, two at a time", async () => {
    for (const pair of [targetNames.slice(0, 2), targetNames.slice(2)]) {
      for (const { artifacts, shared: went } of await Promise.all(pair.map(build))) {
        assert.deepEqual(went, { location: shared, filled: true, uploaded: 0, waiting: 0 });
        for (const { name, sha256, how } of artifacts) {
          assert.equal(how, "built", name);
          names.push(name);
          digests.set(name, sha256);
        }
      }
    }
    for (const kind of ["tar.zst", "tar.gz", "deb", "pkg", "zip", "msi"]) {
      assert.ok(
        names.some((name) => name.endsWith(`.${kind}`)),
        kind,
      );
    }
    assert.equal((await readdir(join(shared, "cache", "objects"))).length, new Set(digests.values()).size);
  });

  await t.test("all of it is fetched by a preview", async () => {
    await another();
    const { text } = succeeded(await stack.preview());
    assert.deepEqual(told(text, "from the shared cache"), names.toSorted());
    assert.doesNotMatch(text, /built in|compressing|warning:/);
  });

  await t.test("what somebody altered there is named and built, and the rest is fetched", async () => {
    const victim = names.find((name) => name.endsWith(".msi")) ?? "";
    await writeFile(join(shared, "cache", "objects", digests.get(victim) ?? ""), "other bytes");
    await another();
    const { text } = succeeded(await stack.preview());
    assert.match(
      text,
      new RegExp(
        `warning: The shared cache .* is not believed about ${victim.replaceAll(".", "\\.")}, which is built here: `,
      ),
    );
    assert.deepEqual(told(text, "built in [\\d.]+ s"), [victim]);
    assert.equal(told(text, "from the shared cache").length, names.length - 1);
  });

  await t.test("where nothing has to be built, nothing is asked: the shared cache may be gone", async () => {
    await rm(shared, { recursive: true });
    const { text } = succeeded(await stack.preview());
    assert.equal(told(text, "cached").length, names.length);
    assert.doesNotMatch(text, /warning:/);
  });
});

/** The artifacts of which a preview says so. */
function told(text: string, how: string): readonly string[] {
  const lines = text.matchAll(new RegExp(`(runtime\\S*) [\\d.,]+ \\S+, ${how}$`, "gm"));
  return [...new Set([...lines].map(([, name = ""]) => name))].sort();
}
