import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, type TestContext, test } from "node:test";
import { fakeWsl, scripts } from "./fake-wsl.ts";

/** A service on loopback that gives back what it is sent; its port. */
async function service(t: TestContext, host = "127.0.0.1"): Promise<number> {
  const server = createServer(async (request, response) => {
    const sent: Buffer[] = [];
    for await (const chunk of request) sent.push(chunk);
    response.setHeader("X-Asked", `${request.method} ${request.url}`);
    response.end(Buffer.concat(sent));
  });
  server.listen(0, host);
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the service has no port");
  return address.port;
}

const post = (body: string) => `POST /bundle HTTP/1.0\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

async function relay(t: TestContext, configuration: string | undefined, input: string) {
  const wsl = await fakeWsl(t, { shell: "dash", ...(configuration !== undefined && { configuration }) });
  return wsl.run({ program: `${scripts}/relay.sh`, input });
}

describe("the relay in WSL", () => {
  test("hands a request to the service at its own address, and its answer back", async (t) => {
    const port = await service(t);
    const script = `const message = "grüße";\n${"// long\n".repeat(100_000)}`;
    const configuration = `[server]\n# listen = "127.0.0.1:1"\nlisten = "127.0.0.1:${port}" # here\n`;
    const { exitCode, stdout, stderr } = await relay(t, configuration, post(script));
    assert.deepEqual([exitCode, stderr], [0, ""]);
    const [head = "", ...body] = stdout.split("\r\n\r\n");
    assert.match(head, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(head, /\r\nX-Asked: POST \/bundle\r\n/);
    assert.equal(`${body.join("\r\n\r\n")}\n`, script);
  });

  test("a service on all addresses is asked on loopback, and one on IPv6 there", async (t) => {
    const four = await relay(t, `listen = "0.0.0.0:${await service(t)}"\n`, post("a"));
    assert.match(four.stdout, /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\na$/s);
    const six = await relay(t, `listen = "[::1]:${await service(t, "::1")}"\n`, post("b"));
    assert.match(six.stdout, /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nb$/s);
  });

  const refusals: readonly (readonly [what: string, configuration: string | undefined, said: string])[] = [
    ["no configuration", undefined, "there is no /etc/runtime/runtime.toml: install the runtime in this distribution."],
    [
      "another machine",
      'listen = "192.0.2.1:7117"\n',
      'listen in /etc/runtime/runtime.toml is "192.0.2.1:7117": expected a loopback address and a port such as 127.0.0.1:7117.',
    ],
    [
      "no address",
      "",
      'listen in /etc/runtime/runtime.toml is "": expected a loopback address and a port such as 127.0.0.1:7117.',
    ],
    [
      "no port",
      'listen = "127.0.0.1:$(id)"\n',
      'listen in /etc/runtime/runtime.toml is "127.0.0.1:$(id)": expected a port behind the address.',
    ],
  ];
  for (const [what, configuration, said] of refusals) {
    test(`refuses with a sentence: ${what}`, async (t) => {
      const { exitCode, stdout, stderr } = await relay(t, configuration, post("a"));
      assert.deepEqual([exitCode, stdout, stderr], [1, "", `relay: ${said}`]);
    });
  }

  test("says where nothing answers", async (t) => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    server.close();
    await once(server, "close");
    assert.ok(address !== null && typeof address === "object");
    const { exitCode, stderr } = await relay(t, `listen = "127.0.0.1:${address.port}"\n`, post("a"));
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /^relay: the runtime does not answer at 127\.0\.0\.1:\d+: start it with systemctl start runtime\.$/,
    );
  });
});
