import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { serveFile } from "../packaging/payload/__fixtures__/file-server.ts";
import { tar } from "../packaging/payload/archives/__fixtures__/tar-bytes.ts";
import { assertRefused } from "./engine/diagnostics.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { servedStack } from "./engine/served-stack.ts";
import { succeeded } from "./engine/stack.ts";
import { tinyElf } from "./fixtures/tiny-elf.ts";

test("an archive at an address is fetched by the first update, and by no later one", async (t) => {
  const { checkout, stack, configure } = await servedStack(t);
  await configure({ manifests: [manifestOf("alpha")], archive: "team" });
  const archive = (version: string) =>
    gzipSync(tar({ name: `alpha-${version}/bin/alpha`, content: Buffer.from(tinyElf("x86_64", `${version}\n`)) }));
  const server = await serveFile(archive("1.0.0"));
  t.after(() => server.close());
  const write = async (version: string, sha256: string) => {
    const target = {
      payload: { source: "url", url: `${server.url}alpha.tar.gz`, sha256 },
      binaries: [{ name: "alpha", from: `alpha-${version}/bin/alpha` }],
      static: true,
      installers: [{ format: "tar.zst" }],
    };
    await writeProduct(checkout.folder, { id: "alpha", version, manifest: { targets: { "linux-x86_64": target } } });
    await rm(join(checkout.folder, "products", "alpha", "dist"), { recursive: true });
  };
  const digest = (version: string) => createHash("sha256").update(archive(version)).digest("hex");

  await write("1.0.0", digest("1.0.0"));
  succeeded(await stack.up());
  assert.deepEqual(server.requests, ["GET /alpha.tar.gz"]);

  await write("1.1.0", digest("1.1.0"));
  const refused = await stack.preview();
  assertRefused(refused, /is not what the manifest pins: expected SHA-256 .*\[SLW-PAYLOAD-INTEGRITY\]/);
  assert.match(refused.text, new RegExp(`expected SHA-256 ${digest("1.1.0")}, found ${digest("1.0.0")}`));

  await server.close();
  await write("1.0.0", digest("1.0.0"));
  succeeded(await stack.preview("--expect-no-changes"));
});
