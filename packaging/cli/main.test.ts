import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { collect, contentOf } from "../containers/member-content.ts";
import { writeTar } from "../containers/tar.ts";
import { newer, objectsOf, older } from "../difference/__fixtures__/releases.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { commands } from "./commands.ts";

const program = fileURLToPath(new URL("./main.ts", import.meta.url));

/** Runs the command line as a person in `folder` does who calls it through npm. */
function slipway(folder: string, ...args: readonly string[]) {
  const env = { ...process.env, INIT_CWD: folder };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8", env });
  return { status, stdout, stderr };
}

async function tarFile(file: string, text: string): Promise<void> {
  const content = Buffer.from(text);
  const entry = { type: "file", path: "a", mode: 0o644, owner: "root", group: "root", size: content.length } as const;
  await writeFile(file, await collect(writeTar([{ ...entry, content: contentOf(content) }], 0)));
}

test("every command has its line and its help, and a slip is answered with what was meant", async (context) => {
  const folder = await scratch(context);
  const overview = slipway(folder, "help");
  assert.deepEqual([overview.status, overview.stderr], [0, ""]);
  for (const [name, { summary, help, arguments: expected, options }] of Object.entries(commands)) {
    assert.match(overview.stdout, new RegExp(`^  slipway ${name} +${summary}$`, "m"));
    assert.ok(help.startsWith(["slipway", name, ...expected].join(" ")), help);
    for (const option of Object.keys(options)) assert.match(help, new RegExp(`^  --${option} `, "m"));
  }
  assert.equal(slipway(folder, "diff", "--help").stdout, commands["diff"]?.help);
  assert.deepEqual(slipway(folder, "dif"), {
    status: 2,
    stdout: "",
    stderr: 'slipway has no command "dif".  [SLW-COMMAND]\n    Did you mean slipway diff?\n',
  });
});

test("files are found from where the command was called; a difference is an exit code", async (context) => {
  const folder = await scratch(context);
  await mkdir(path.join(folder, "sub"));
  for (const [name, text] of [
    ["one.tar", "1"],
    ["sub/one.tar", "1"],
    ["two.tar", "2"],
  ] as const) {
    await tarFile(path.join(folder, name), text);
  }
  const json = JSON.parse(slipway(folder, "inspect", "sub/one.tar", "--format", "json").stdout);
  assert.deepEqual([json.schema, json.format, json.entries.length], [1, "tar", 1]);

  const same = slipway(folder, "diff", "one.tar", "sub/one.tar");
  assert.deepEqual([same.status, same.stdout], [0, "one.tar → sub/one.tar   same bytes\n"]);

  const other = slipway(folder, "diff", "one.tar", "two.tar");
  assert.equal(other.status, 1);
  assert.match(
    other.stdout,
    /^one\.tar → two\.tar {3}1 artifact changes\n(?:.*\n)* +~ a +0644 root:root +1 B, 6b86…4b → /,
  );

  const mixed = slipway(folder, "diff", "one.tar", "1.0.0");
  assert.equal(mixed.status, 2);
  assert.match(mixed.stderr, /^one\.tar is a file, and there is no file 1\.0\.0 to compare it with\./);

  await writeFile(path.join(folder, "damaged.tar"), Buffer.alloc(5000, 1));
  assert.equal(slipway(folder, "diff", "one.tar", "damaged.tar").status, 2);
  assert.equal(slipway(folder, "inspect", "damaged.tar").status, 1);
});

test("published versions are compared where no artifact is left", async (context) => {
  const folder = await scratch(context);
  for (const [name, bytes] of [...objectsOf(older), ...objectsOf(newer)]) {
    const file = path.join(folder, "bucket", ...name.split("/"));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  const { status, stdout } = slipway(
    folder,
    "diff",
    "1.4.0",
    "runtime@1.4.1",
    "--bucket",
    "bucket",
    "--format=markdown",
  );
  assert.equal(status, 1);
  assert.ok(stdout.startsWith("### `runtime 1.4.0 → 1.4.1`\n"));
  const gone = slipway(folder, "diff", "1.4.0", "9.9.9", "--bucket", "bucket");
  assert.deepEqual([gone.status, gone.stdout], [2, ""]);
  assert.match(gone.stderr, /^The bucket has no runtime 9\.9\.9\./);
});

test("serve: a bucket that is not there and a port that is taken are each one sentence", async (context) => {
  const folder = await scratch(context);
  const absent = slipway(folder, "serve", "--bucket", "nowhere");
  assert.deepEqual([absent.status, absent.stdout], [2, ""]);
  assert.match(absent.stderr, /^nowhere is no folder: there is nothing to serve\. {2}\[SLW-COMMAND\]\n {4}Publish /);

  const other = createServer().listen(0, "127.0.0.1");
  context.after(() => void other.close());
  await once(other, "listening");
  const port = String((other.address() as AddressInfo).port);
  const taken = slipway(folder, "serve", "--bucket", ".", "--port", port);
  assert.deepEqual([taken.status, taken.stdout], [2, ""]);
  assert.match(
    taken.stderr,
    new RegExp(`^Port ${port} of the loopback address cannot be had: .*EADDRINUSE.*\\n {4}End `),
  );
});
