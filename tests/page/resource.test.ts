import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { statedNumber } from "../../packaging/page/places.ts";
import { manifestOf, writeProduct } from "../engine/product.ts";
import { servedStack } from "../engine/served-stack.ts";
import { succeeded } from "../engine/stack.ts";

test("an update writes the pages last, a preview says what they will be about, and what is lost comes back", async (t) => {
  const { checkout, stack, configure, url } = await servedStack(t);
  const page = (path: string) => readFile(join(checkout.bucket, path), "utf8");
  await configure({ manifests: [manifestOf("alpha")], archive: "team" });
  await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0" });
  succeeded(await stack.up());

  await t.test("the index lists both products, and a browser gets it for the bucket's address", async () => {
    const served = await fetch(url);
    assert.equal(served.headers.get("content-type"), "text/html; charset=utf-8");
    const index = await served.text();
    assert.equal(index, await page("index.html"));
    assert.match(index, /href="channels\/alpha-dev\.html"/);
    assert.match(index, /href="channels\/team-archive-keyring-dev\.html"/);
    assert.equal(statedNumber(await page("channels/alpha-dev.html"), "serial"), 1);
  });

  await t.test("what was removed or altered is named by a refresh", async () => {
    await rm(join(checkout.bucket, "index.html"));
    await writeFile(join(checkout.bucket, "channels/alpha-dev.html"), "<p>Install this instead</p>");
    succeeded(await stack.refresh());
    const { deployment } = await stack.exportState();
    const drift = deployment.resources?.find(({ type }) => type.endsWith(":Pages"))?.outputs?.["drift"];
    assert.deepEqual([drift].flat().sort(), ["channels/alpha-dev.html: altered", "index.html: missing"]);
  });

  await t.test(
    "a new version shows in the diff as what its page will say, and the update writes all pages",
    async () => {
      await writeProduct(checkout.folder, { id: "alpha", version: "1.1.0", configuration: "level = 2\n" });
      const update = succeeded(await stack.up("--diff", "--strict"));
      const ofPages = update.stdout.slice(update.stdout.indexOf("slipway:Pages"));
      assert.match(ofPages, /~ serves *: "1\.0\.0" => "1\.1\.0"/);
      const text = await page("channels/alpha-dev.html");
      assert.equal(statedNumber(text, "serial"), 2);
      assert.match(text, /Changes from 1\.0\.0/);
      assert.match(text, /etc\/alpha\/alpha\.conf/);
      assert.match(await page("index.html"), /<span class="version">1\.1\.0<\/span>/);
      succeeded(await stack.preview("--expect-no-changes"));
    },
  );
});
