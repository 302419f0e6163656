import assert from "node:assert/strict";
import { open } from "node:fs/promises";
import { createServer } from "node:http";
import { type TestContext, test } from "node:test";
import { notaryEndpoints } from "../../packaging/notarization/endpoints.ts";
import { notaryPolicy } from "../../packaging/notarization/policy.ts";
import { uploadSubmission } from "../../packaging/notarization/upload.ts";
import { signedPackage } from "./signed-package.ts";
import { opened } from "./stand-in.ts";

/** A proxy that notes who is wanted, and connects nobody. */
async function proxy(t: TestContext) {
  const wanted: string[] = [];
  const server = createServer((_request, response) => void response.writeHead(403).end());
  server.on("connect", ({ url }, socket) => {
    wanted.push(url ?? "");
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return { wanted, url: `http://127.0.0.1:${address.port}` };
}

test("an upload goes to Apple's bucket, whatever this machine has set up for AWS, and through its proxy", async (t) => {
  const { wanted, url } = await proxy(t);
  const set = {
    NODE_USE_ENV_PROXY: "1",
    HTTPS_PROXY: url,
    AWS_ENDPOINT_URL: "http://127.0.0.1:9",
    AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9",
    AWS_REGION: "eu-north-1",
    AWS_USE_FIPS_ENDPOINT: "true",
    AWS_USE_DUALSTACK_ENDPOINT: "true",
  };
  const before = { ...process.env };
  t.after(() => {
    for (const name of Object.keys(set)) delete process.env[name];
    Object.assign(process.env, before);
  });
  Object.assign(process.env, set);
  const pkg = await signedPackage(t);
  const file = await open(pkg.file);
  try {
    const place = { ...opened(pkg.name, pkg.sha256), bucket: "notary-submissions-prod" };
    const { accessKeyId, secretAccessKey, sessionToken, bucket, object } = place;
    const policy = { ...notaryPolicy, failures: 1 };
    const upload = { accessKeyId, secretAccessKey, sessionToken, bucket, object };
    await assert.rejects(
      uploadSubmission({ ...pkg, file }, upload, notaryEndpoints({}), policy, () => undefined),
      (error: Error) => error.message.includes("could not be uploaded") && !error.message.includes(secretAccessKey),
    );
  } finally {
    await file.close();
  }
  assert.deepEqual(wanted, ["notary-submissions-prod.s3.us-west-2.amazonaws.com:443"]);
});
