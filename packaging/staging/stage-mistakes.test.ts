import assert from "node:assert/strict";
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { holdsRows } from "../__fixtures__/refused.ts";
import { SlipwayError } from "../errors.ts";
import type { Product, ProductFile, Service } from "../manifest/product.ts";
import { inputs, makeProject, product } from "./__fixtures__/product.ts";
import { stageTarget } from "./stage.ts";

const [config, policy, fixture, helper] = product.files as [ProductFile, ProductFile, ProductFile, ProductFile];

function withFile(change: Partial<ProductFile>): Partial<Product> {
  return { files: [{ ...helper, ...change }] };
}

/** Each row: what is said, the change of the product that leads to it. */
const products: readonly (readonly [message: RegExp, change: Partial<Product>])[] = [
  [
    /data file absent\.sh does not exist; it was looked for at packaging\/absent\.sh\./,
    withFile({ from: "absent.sh" }),
  ],
  [
    /data file couriers\.toml does not exist; .*\n {4}Did you mean courier\.toml\?/,
    withFile({ from: "couriers.toml" }),
  ],
  [/data file \. is not a file\./, withFile({ from: "." })],
  [/data file \.\.\/\.\.\/x lies outside of the project\./, withFile({ from: "../../x" })],
  [/data file .*hosts lies outside of the project\./, withFile({ from: "../../../../../../../../etc/hosts" })],
  [/etc\/courier\/helper is a data file: what is below etc\/ must be conf/, withFile({ to: "etc/courier/helper" })],
  [/usr\/share\/c is a config file: configuration belongs/, { files: [{ ...config, to: "usr/share/c" }] }],
  [/\/usr\/lib\/x is an absolute path/, withFile({ to: "/usr/lib/x" })],
  [/usr\/\.\.\/\.\.\/x has "\.\." in its path/, withFile({ to: "usr/../../x" })],
  [/usr\/local\/bin\/x is below usr\/local: that folder is the administrator's/, withFile({ to: "usr/local/bin/x" })],
  [/run\/courier\/x is below run: /, withFile({ to: "run/courier/x" })],
  [/usr\/bin\/courier is there twice/, withFile({ to: "usr/bin/courier" })],
  [/usr\/bin\/courier is a file, and usr\/bin\/courier\/x needs a directory/, withFile({ to: "usr/bin/courier/x" })],
  [/differs from usr\/BIN only by case|usr\/bin differs from usr\/BIN only by case/, withFile({ to: "usr/BIN/x" })],
  [/usr\/lib\/courier\/helper has mode 4755: setuid or setgid, and not declared/, withFile({ mode: 0o4755 })],
  [/usr\/lib\/courier\/helper has mode 0666: everybody may write, and not declared/, withFile({ mode: 0o666 })],
  [/belongs to courier, which is not there yet when the file is unpacked/, withFile({ owner: "courier" })],
  [/manual page courier: expected a name that ends in its section/, { manuals: ["courier"] }],
  [/manual page lost\.1 does not exist/, { manuals: ["lost.1"] }],
  [/zsh completion lost does not exist/, { completions: { courier: { zsh: "lost" } } }],
  [
    /unit lost\.service does not exist/,
    { services: [{ name: "courier", unit: "lost.service", user: "courier", instances: [] }], sockets: [] },
  ],
];
for (const [message, change] of products) {
  test(`refused: ${message}`, async (context) => {
    const { input, remove } = await makeProject();
    context.after(remove);
    const before = await filesBelow(input.projectRoot);
    await assert.rejects(stageTarget({ ...input, product: { ...product, ...change } }), {
      code: "SLW-STAGING",
      message,
    });
    assert.deepEqual(await filesBelow(input.projectRoot), before, "staging writes nothing");
  });
}

holdsRows(
  "inputs",
  20,
  products.map(([message]) => [String(message)]),
);

async function filesBelow(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}

const service = inputs["packaging/courier.service"] ?? "";
const socket = inputs["packaging/courier.socket"] ?? "";

/** Each row: what is said and where, the file, its text. */
const units: readonly (readonly [message: string, file: string, text: string])[] = [
  [
    "courier.service:6:6  courier.service runs as nobody, and the manifest says courier.",
    "courier.service",
    service.replace("User=courier", "User=nobody"),
  ],
  [
    "courier.service:1:1  courier.service has no User=, so it runs as root, and the manifest says courier.",
    "courier.service",
    service.replace("User=courier\n", ""),
  ],
  [
    "courier.service:5:11  courier.service starts /usr/bin/currier; the package installs /usr/bin/courier.",
    "courier.service",
    service.replace("/usr/bin/courier serve", "/usr/bin/currier serve"),
  ],
  [
    "courier.service:1:1  courier.service has no ExecStart=.",
    "courier.service",
    service.replace("ExecStart=/usr/bin/courier serve\n", ""),
  ],
  [
    'courier.service:3:1  expected a [Section] or Key=value, found "User courier"',
    "courier.service",
    service.replace("\n\n", "\nUser courier\n"),
  ],
  [
    "courier.socket:2:14  courier.socket listens on /run/courier/other.sock, and the manifest has no such socket.",
    "courier.socket",
    socket.replace("courier.sock", "other.sock"),
  ],
  [
    "courier.socket:1:1  The manifest's socket /run/courier/courier.sock is in no ListenStream= of a unit.",
    "courier.socket",
    socket.replace("courier.sock", "other.sock"),
  ],
  [
    "courier.socket:3:12  SocketUser of /run/courier/courier.sock is root, and the manifest says courier.",
    "courier.socket",
    socket.replace("SocketUser=courier", "SocketUser=root"),
  ],
  [
    "courier.socket:2:14  SocketGroup of /run/courier/courier.sock is courier where it is not given, and the manifest says letters.",
    "courier.socket",
    socket.replace("SocketGroup=letters\n", ""),
  ],
  [
    "courier.socket:5:12  SocketMode of /run/courier/courier.sock is 0666, and the manifest says 0660.",
    "courier.socket",
    socket.replace("0660", "666"),
  ],
  [
    "courier.socket:2:14  SocketMode of /run/courier/courier.sock is 0666 where it is not given, and the manifest says 0660.",
    "courier.socket",
    socket.replace("SocketMode=0660\n", ""),
  ],
];
for (const [message, file, text] of units) {
  test(`refused: ${message}`, async (context) => {
    const { input, remove } = await makeProject({ [`packaging/${file}`]: text });
    context.after(remove);
    await assert.rejects(stageTarget(input), (error) => {
      assert(error instanceof SlipwayError);
      assert(error.message.includes(`packaging/${message}  [SLW-STAGING]`), error.message);
      return true;
    });
  });
}

holdsRows("units", 10, units);

const worker: Service = { name: "worker@", unit: "worker@.service", user: "courier", instances: ["a"] };
const workerUnit = service.replace("ExecStart", "# %i\nExecStart");

/** Each row: what is said and where, the change of the product, the units that it adds. */
const activations: readonly (readonly [string, Partial<Product>, Readonly<Record<string, string>>])[] = [
  [
    "sweep.timer:2:6  sweep.timer starts broom.service, and the manifest installs no such unit.",
    { units: ["sweep.timer"] },
    { "sweep.timer": "[Timer]\nUnit=broom.service\n" },
  ],
  [
    "sweep.path:1:1  sweep.path starts sweep.service, and the manifest installs no such unit.",
    { units: ["sweep.path"] },
    { "sweep.path": "[Path]\nPathExists=/x\n" },
  ],
  [
    "each.socket:1:1  each.socket starts each@.service, and the manifest installs no such unit.",
    { units: ["each.socket"] },
    { "each.socket": "[Socket]\nListenStream=7117\nAccept=yes\n" },
  ],
  [
    "courier.service:5:9  courier.service takes other.socket, and the manifest installs no such unit.",
    {},
    { "courier.service": service.replace("ExecStart", "Sockets=courier.socket other.socket\nExecStart") },
  ],
  [
    'courier.target:2:1  expected a [Section] or Key=value, found "Wants courier.service"',
    { units: ["courier.target"] },
    { "courier.target": "[Unit]\nWants courier.service\n" },
  ],
  [
    "worker@.service:1:1  The manifest has instances of worker@ started at installation, and its unit has no [Install].",
    { services: [...product.services, worker] },
    { "worker@.service": workerUnit.slice(0, workerUnit.indexOf("[Install]")) },
  ],
  [
    "worker@.socket:2:14  worker@.socket listens on /run/courier/a.sock, and the manifest has no such socket.",
    { services: [...product.services, { ...worker, socketUnit: "worker@.socket" }] },
    { "worker@.service": workerUnit, "worker@.socket": "[Socket]\nListenStream=%t/courier/%i.sock\n" },
  ],
];
for (const [message, change, files] of activations) {
  test(`refused: ${message}`, async (context) => {
    const added = Object.entries(files).map(([name, text]) => [`packaging/${name}`, text]);
    const { input, remove } = await makeProject(Object.fromEntries(added));
    context.after(remove);
    await assert.rejects(stageTarget({ ...input, product: { ...product, ...change } }), (error) => {
      assert(error instanceof SlipwayError);
      assert.equal(error.mistakes.length, 1, error.message);
      assert(error.message.includes(`packaging/${message}  [SLW-STAGING]`), error.message);
      return true;
    });
  });
}

test("instances are links to their template, and a template's sockets are looked at for each", async (context) => {
  const { input, remove } = await makeProject({
    "packaging/worker@.service": workerUnit,
    "packaging/worker@.socket": "[Socket]\nListenStream=%t/courier/%i.sock\nSocketUser=courier\nSocketMode=0600\n",
  });
  context.after(remove);
  const [socketOfAll] = product.sockets;
  assert(socketOfAll !== undefined);
  const own = { path: "/run/courier/a.sock", owner: "courier", group: "courier", mode: 0o600 };
  const services = [...product.services, { ...worker, socketUnit: "worker@.socket" }];
  const tree = await stageTarget({ ...input, product: { ...product, services, sockets: [socketOfAll, own] } });
  assert.deepEqual(
    tree.entries.flatMap((entry) => (entry.type === "symlink" ? [`${entry.path} ${entry.target}`] : [])),
    [
      "usr/lib/systemd/system/worker@a.service worker@.service",
      "usr/lib/systemd/system/worker@a.socket worker@.socket",
    ],
  );
});

test("an input that is not text, and one that is too large, are refused", async (context) => {
  const { input, remove } = await makeProject();
  context.after(remove);
  await writeFile(join(input.manifestFolder, "courier.service"), Buffer.from([0x5b, 0xff, 0xfe]));
  await assert.rejects(stageTarget(input), { message: /^unit courier\.service is not UTF-8 text\./ });
  await writeFile(join(input.manifestFolder, "courier.service"), "#".repeat((1 << 20) + 1));
  await assert.rejects(stageTarget(input), {
    message: /^unit courier\.service has 1,048,577 bytes; at most 1 MiB are allowed\./,
  });
});

test("a link among the inputs may not lead out of the project", async (context) => {
  const { input, remove } = await makeProject();
  context.after(remove);
  const outside = `${input.projectRoot}-outside`;
  await mkdir(outside);
  context.after(() => rm(outside, { recursive: true }));
  await writeFile(join(outside, "secret"), "secret");
  await rm(join(input.manifestFolder, "courier.toml"));
  await symlink(join(outside, "secret"), join(input.manifestFolder, "courier.toml"));
  await assert.rejects(stageTarget(input), {
    code: "SLW-STAGING",
    message: /config file courier\.toml is a link that leads out of the project\./,
  });
});

test("all mistakes are told at once", async (context) => {
  const { input, remove } = await makeProject({
    "packaging/courier.toml": undefined,
    "policies/strict.json": undefined,
    "packaging/courier.socket": socket.replace("0660", "0666"),
  });
  context.after(remove);
  const files = [config, policy, { ...fixture, to: "opt/courier/hello" }, { ...helper, mode: 0o2755 }];
  await assert.rejects(stageTarget({ ...input, product: { ...product, files } }), (error) => {
    assert(error instanceof SlipwayError);
    assert.equal(error.mistakes.length, 5);
    assert.match(error.message, /\n5 mistakes; nothing was built or written\.$/);
    return true;
  });
});
