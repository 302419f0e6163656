import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { makeCheckout, repository } from "./engine/checkout.ts";
import { manifestOf, payloadFile, writeProduct } from "./engine/product.ts";
import { devStack, succeeded } from "./engine/stack.ts";

test("a preview without a change reads no payload and no package; a changed file rebuilds only what holds it", async (t) => {
  const checkout = await makeCheckout(t);
  const log = join(checkout.scratch, "reads");
  const hook = join(repository, "tests", "no-op", "count-reads.cjs");
  const stack = devStack(checkout);
  const watched = devStack(checkout, {
    environment: { NODE_OPTIONS: `--require ${JSON.stringify(hook)}`, COUNT_READS: log },
  });
  await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0" });
  await stack.configure({ manifests: [manifestOf("alpha")] });
  succeeded(await stack.up("--skip-preview"));
  // Files that were written a moment ago are looked at once more, whatever their times say.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  succeeded(await stack.preview());

  await t.test("nothing large is opened", async () => {
    const { text } = succeeded(await watched.preview("--expect-no-changes"));
    assert.deepEqual(buildsIn(text), { built: [], cached: 6 });
    const opened = (await readFile(log, "utf8")).split("\n");
    assert.ok(
      opened.some((line) => line.endsWith("manifest.yaml")),
      "the hook sees what the program reads",
    );
    const streamed = opened.filter((line) => line.startsWith("createReadStream "));
    const payload = ["linux-x86_64", "linux-aarch64"] as const;
    for (const target of payload) {
      assert.ok(!streamed.some((line) => line.endsWith(payloadFile("", "alpha", target))), `${target} was hashed`);
    }
    const products = (await stack.outputs())["products"] as readonly Published[];
    const artifacts = products.flatMap((product) => product.artifacts);
    assert.equal(artifacts.length, 6);
    for (const { name, content } of artifacts) {
      assert.ok(!streamed.some((line) => line.endsWith(`/${name}`) || line.endsWith(content)), `${name} was hashed`);
    }
  });

  await t.test("a configuration file is in the packages with the programs and in the archives", async () => {
    const file = join(checkout.folder, "products", "alpha", "config", "alpha.conf");
    await writeFile(file, `${await readFile(file, "utf8")}more = 2\n`);
    const { built, cached } = buildsIn(succeeded(await stack.preview()).text);
    assert.deepEqual(built, [
      "alpha-1.0.0-linux-aarch64.tar.zst",
      "alpha-1.0.0-linux-x86_64.tar.zst",
      "alpha-bin_1.0.0_amd64.deb",
      "alpha-bin_1.0.0_arm64.deb",
    ]);
    assert.equal(cached, 2);
  });

  await t.test("one target's program is in that target's package and archive", async () => {
    const file = payloadFile(checkout.folder, "alpha", "linux-x86_64");
    await writeFile(file, Buffer.concat([await readFile(file), Buffer.from("changed")]));
    const { built, cached } = buildsIn(succeeded(await stack.preview()).text);
    assert.deepEqual(built, ["alpha-1.0.0-linux-x86_64.tar.zst", "alpha-bin_1.0.0_amd64.deb"]);
    assert.equal(cached, 4);
  });
});

interface Published {
  readonly artifacts: readonly { readonly name: string; readonly content: string }[];
}

/** The artifacts that a preview built, by name, and how many it found. */
function buildsIn(text: string): { readonly built: readonly string[]; readonly cached: number } {
  const lines = [...text.matchAll(/(alpha\S*\.(?:deb|tar\.zst)) [\d.,]+ \S+, (cached|\S+ .*)$/gm)];
  const built = lines.flatMap(([, name = "", how]) => (how === "cached" ? [] : [name]));
  return { built: [...new Set(built)].sort(), cached: lines.length - built.length };
}
