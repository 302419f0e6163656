import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../../bootstrap/cache-folder.mjs";
import { readManifest } from "../../packaging/manifest/parse.ts";
import { fetchPayload } from "../../packaging/payload/payload.ts";
import { run } from "../../packaging/process.ts";

const manifestFolder = fileURLToPath(new URL("../../packaging/runtime/", import.meta.url));
const product = await readManifest(join(manifestFolder, "manifest.yaml"), "packaging/runtime/manifest.yaml");

/** The root of a machine that has the product, as far as its service needs one. */
const root = await mkdtemp(join(tmpdir(), "slipway-service-"));
const program = join(root, "usr/bin/runtime");
after(() => rm(root, { recursive: true }));

before(async () => {
  const name = process.arch === "arm64" ? "linux-aarch64" : "linux-x86_64";
  const target = product.targets.find((candidate) => candidate.name === name);
  const [binary] = target?.binaries ?? [];
  assert.ok(target !== undefined && binary !== undefined);
  const payload = await fetchPayload(target, {
    manifestFolder,
    cacheFolder: join(cacheFolder(), "test-payloads"),
  });
  const file = payload.files.get(binary.from)?.file;
  assert.ok(file !== undefined);
  await put(file, "usr/bin/runtime");
  await chmod(program, 0o755);

  const units = product.services.flatMap(({ unit, socketUnit = unit }) => [unit, socketUnit]);
  for (const from of units) await put(join(manifestFolder, from), `usr/lib/systemd/system/${basename(from)}`);
  for (const from of product.manuals) await put(join(manifestFolder, from), `usr/share/man/man1/${basename(from)}`);
  for (const { from, to } of product.files) await put(join(manifestFolder, from), to);
  // The targets that our units are ordered by are systemd's own.
  for (const unit of ["sysinit", "basic", "shutdown", "sockets", "network", "multi-user"])
    await put(`/usr/lib/systemd/system/${unit}.target`, `usr/lib/systemd/system/${unit}.target`);
});

async function put(from: string, to: string): Promise<void> {
  await mkdir(join(root, to, ".."), { recursive: true });
  await copyFile(from, join(root, to));
}

test("the version of the manifest is what the program answers", async () => {
  assert.equal((await run({ file: program, args: ["--version"] })).stdout, product.version);
});

test("systemd-analyze accepts service and socket, and finds their manual page", async () => {
  const { stdout, stderr } = await run({
    file: "systemd-analyze",
    args: ["verify", `--root=${root}`, "runtime.service", "runtime.socket"],
    environment: { MANPATH: join(root, "usr/share/man") },
  });
  assert.equal(`${stdout}${stderr}`, "");
});

test("the service's command line stays, serves the fixtures without a standard input, and stops when told", {
  timeout: 60_000,
}, async (context) => {
  const port = await freePort();
  const unit = await readFile(join(root, "usr/lib/systemd/system/runtime.service"), "utf8");
  const [, ...args] = /^ExecStart=(.*)$/m.exec(unit)?.[1]?.split(" ") ?? [];
  const here = args.map((arg) => arg.replace(":7117", `:${port}`).replace("=/usr/", `=${root}/usr/`));
  const service = spawn(program, here, { stdio: "ignore", env: {} });
  context.after(() => service.kill("SIGKILL"));
  const ended = once(service, "exit");

  const answer = await patiently(() => fetch(`http://127.0.0.1:${port}/greeting.js`));
  assert.equal(await answer.text(), await readFile(join(manifestFolder, "fixtures/greeting.js"), "utf8"));
  assert.equal(service.exitCode, null);
  service.kill("SIGTERM");
  // systemd counts an end by the signal that it sent as a clean one (systemd.service(5), SuccessExitStatus=).
  assert.deepEqual(await ended, [null, "SIGTERM"]);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  assert.ok(typeof address === "object" && address !== null);
  return address.port;
}

async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(100);
    }
  }
}
