import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { collect } from "../../packaging/containers/member-content.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { run } from "../../packaging/process.ts";
import { fixture } from "../../packaging/signing/x509/__fixtures__/identities.ts";
import { machineTool } from "../tools.ts";

const openssl = machineTool("openssl", "openssl");

/** What openssl's timestamp authority says: `default_policy` and the rest are in no need to be sensible. */
const authority = `[tsa]
default_tsa = it
[it]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
`;

/** A timestamp authority on this machine, which openssl answers for; gives its address. */
export async function timestampAuthority(context: TestContext): Promise<string> {
  const folder = await scratch(context);
  const at = (name: string) => join(folder, name);
  await writeFile(at("authority.cnf"), authority);
  await writeFile(at("serial"), "01\n");
  const issuers = await Promise.all(["intermediate.pem", "root.pem"].map((name) => readFile(fixture(name))));
  await writeFile(at("chain.pem"), issuers.join(""));
  const signer = ["-signer", fixture("timestamper.pem"), "-inkey", fixture("timestamper.key"), "-chain", "chain.pem"];
  const args = ["ts", "-reply", "-config", "authority.cnf", "-queryfile", "query", ...signer, "-out", "reply"];
  const server = createServer(async (request, response) => {
    await writeFile(at("query"), await collect(request));
    await run({ file: openssl, args, folder });
    response.setHeader("content-type", "application/timestamp-reply").end(await readFile(at("reply")));
  });
  context.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
