import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { parseSettings } from "../packaging/settings.ts";
import { generateOpenPgp } from "../packaging/signing/openpgp.ts";
import { foundation } from "./foundation.ts";

class Made extends pulumi.ComponentResource {
  constructor(name: string) {
    super("test:index:Made", name);
  }
}

/** A service of S3 that has no bucket. */
async function emptyService() {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(404, { "content-type": "application/xml" });
    response.end("<Error><Code>NoSuchBucket</Code><Message>There is no such bucket</Message></Error>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, close: () => server.close() };
}

test("a foundation whose bucket comes with the same update registers what is to be written there, and asks nobody", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "slipway-"));
  const service = await emptyService();
  const before = process.cwd();
  process.chdir(folder);
  t.after(async () => {
    service.close();
    process.chdir(before);
    await rm(folder, { recursive: true });
  });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "of nobody", AWS_SECRET_ACCESS_KEY: "of nobody" });
  const registered: string[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ name }) => {
      registered.push(name);
      return { id: name, state: {} };
    },
    call: () => ({ outputs: {} }),
  });
  const archive = await generateOpenPgp({ name: "Archive", email: "archive@slipway.example" }, 1_700_000_000);
  await writeFile("archive.asc", archive.public.armored);
  const hex = "0".repeat(64);
  const settings = parseSettings(
    {
      stage: "foundation",
      archive: "team",
      bucket: `s3://releases?endpoint=${service.address}&region=eu-central-1`,
      channels: { stable: { public: hex } },
      certificates: ["archive.asc"],
      keys: { root: { public: hex, source: { env: "ROOT_KEY" } } },
    },
    { name: "Foundation" },
  );

  await assert.rejects(foundation(settings, undefined), { code: "SLW-PREFLIGHT", message: /^s3:\/\/releases/ });
  assert.ok(!registered.includes("bucket"), registered.join());
  await foundation(settings, undefined, { dependsOn: new Made("releases") });
  await pulumi.runtime.disconnect();
  assert.ok(registered.includes("bucket-trust"), registered.join());
});
