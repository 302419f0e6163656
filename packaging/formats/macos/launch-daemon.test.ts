import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRefusal, holdsRows } from "../../__fixtures__/refused.ts";
import { SlipwayError } from "../../errors.ts";
import { courierList, listOf, product, tree } from "./__fixtures__/mac-product.ts";
import { type DaemonFacts, planDaemon } from "./launch-daemon.ts";

const [courier] = product.services;
assert(courier !== undefined);
const facts: DaemonFacts = {
  product: "courier",
  identifier: "dev.courier.tool",
  service: courier,
  sockets: product.sockets,
  commands: ["courier", "courierctl"],
  tree,
};

function plan(text: string, changes: Partial<DaemonFacts> = {}) {
  return planDaemon({ ...facts, ...changes }, { shown: "packaging/courier.plist", text });
}

const start = "  <key>ProgramArguments</key>\n  <array>\n    <string>/usr/local/bin/courier</string>\n";
const path = "<string>/usr/local/var/run/courier/courier.sock</string>";

/** One slip in the courier's list: a piece of it, what it becomes (`»` where the mistake points), what is said. */
const slips: readonly (readonly [name: string, was: string, becomes: string, ...says: string[]])[] = [
  ["no list", courierList, "Label = courier;", "cannot be read: it is not well-formed XML"],
  ["nothing", courierList, "", "cannot be read: it has no element"],
  ["a tag left open", "</array>", "", "cannot be read: it is not well-formed XML"],
  ["entities of its own", 'PropertyList-1.0.dtd">', 'x" [<!ENTITY a "b">]>', "it has a document type"],
  ["an array", courierList, '<plist version="1.0"><array/></plist>', "expected one <dict> in <plist>"],
  ["two dictionaries", "</plist>", "<dict/></plist>", "expected one <dict> in <plist>"],
  ["another document", courierList, "<html><dict/></html>", "expected one <dict> in <plist>"],
  ["no number", start, `  <key>Umask</key>\n  <integer>x</integer>\n${start}`, "cannot be read: "],
  [
    "label of something else",
    start,
    `  <key>»Label</key>\n  <string>courier</string>\n${start}`,
    "Label is courier, and the manifest makes it dev.courier.tool.courier",
  ],
  ["label that is no text", start, `  <key>»Label</key>\n  <true/>\n${start}`, "Label: expected a <string>"],
  [
    "another user",
    start,
    `  <key>»UserName</key>\n  <string>root</string>\n${start}`,
    "UserName is root, and the manifest says _courier",
  ],
  [
    "no program",
    `${start}    <string>--config=/usr/local/etc/courier/courier.toml</string>\n  </array>\n`,
    "",
    "courier has no ProgramArguments",
  ],
  [
    "no arguments",
    `<array>\n    <string>/usr/local/bin/courier</string>\n    <string>--config=/usr/local/etc/courier/courier.toml</string>\n  </array>`,
    "<array/>",
    "ProgramArguments: expected an <array> of at least one <string>",
  ],
  [
    "arguments in a text",
    `<array>\n    <string>/usr/local/bin/courier</string>\n    <string>--config=/usr/local/etc/courier/courier.toml</string>\n  </array>`,
    "<string>courier run</string>",
    "ProgramArguments: expected an <array> of <string>",
  ],
  [
    "the program of Linux",
    "<string>/usr/local/bin/courier<",
    "<string>/usr/bin/courier<",
    "courier starts /usr/bin/courier; the package installs /usr/local/bin/courier, /usr/local/bin/courierctl",
  ],
  [
    "a program of another package",
    "<string>/usr/local/bin/courier<",
    "<string>/usr/local/bin/currier<",
    "courier starts /usr/local/bin/currier",
  ],
  [
    "a path of Linux",
    "/usr/local/etc/courier",
    "»/etc/courier",
    "ProgramArguments: /etc/courier/courier.toml is /usr/local/etc/courier/courier.toml on a Mac",
  ],
  [
    "a folder of Linux",
    start,
    `  <key>WorkingDirectory</key>\n  <string>»/usr/share/courier/</string>\n${start}`,
    "WorkingDirectory: /usr/share/courier is /usr/local/share/courier on a Mac",
  ],
  [
    "a socket of Linux",
    path,
    "<string>»/run/courier/courier.sock</string>",
    "SockPathName: /run/courier/courier.sock is /usr/local/var/run/courier/courier.sock on a Mac",
  ],
  [
    "a socket that the manifest lacks",
    path,
    "<string>»/usr/local/var/run/other.sock</string>",
    "SockPathName: /usr/local/var/run/other.sock is no socket of the manifest",
  ],
  [
    "another mode",
    path,
    `${path}\n      <key>»SockPathMode</key>\n      <integer>511</integer>`,
    "SockPathMode of /usr/local/var/run/courier/courier.sock is 511, and the manifest says 432 (0660)",
  ],
  [
    "a mode in octal",
    path,
    `${path}\n      <key>»SockPathMode</key>\n      <string>0660</string>`,
    "expected an <integer>",
  ],
  [
    "an owner by number",
    path,
    `${path}\n      <key>»SockPathOwner</key>\n      <integer>501</integer>`,
    "expected nothing: the manifest's sockets say it",
  ],
  [
    "a group by number",
    path,
    `${path}\n      <key>»SockPathGroup</key>\n      <integer>20</integer>`,
    "expected nothing: the manifest's sockets say it",
  ],
  [
    "a socket's name with a point",
    "<key>Listeners</key>",
    "<key>my.listeners</key>",
    "expected a name of letters, digits, _ and -",
  ],
  [
    "sockets in a text",
    /<dict>\n {4}<key>Listeners[\s\S]*?<\/dict>\n {2}<\/dict>/.exec(courierList)?.[0] ?? "?",
    "<string>x</string>",
    "Sockets: expected a <dict>",
  ],
  [
    "a log that its user cannot make",
    start,
    `  <key>»StandardOutPath</key>\n  <string>/var/log/courier.log</string>\n${start}`,
    "StandardOutPath: _courier could not make /var/log/courier.log",
  ],
  [
    "a log below a folder that nobody makes",
    start,
    `  <key>»StandardErrorPath</key>\n  <string>/Library/Logs/courier/in/x.log</string>\n${start}`,
    "StandardErrorPath: _courier could not make /Library/Logs/courier/in/x.log",
  ],
  [
    "a log that a shell would read",
    start,
    `  <key>»StandardErrorPath</key>\n  <string>/Library/Logs/courier/$(id)</string>\n${start}`,
    "StandardErrorPath: _courier could not make /Library/Logs/courier/$(id)",
  ],
];

for (const [name, was, becomes, ...says] of slips) {
  test(`slip: ${name}`, () => {
    assert.ok(courierList.includes(was), "the table edits a piece of the list");
    const marked = courierList.replace(was, () => becomes);
    const planned = plan(marked.replace("»", ""));
    assert("mistakes" in planned, JSON.stringify(planned));
    const [first] = planned.mistakes;
    assert(first !== undefined);
    // A socket of Linux is also none of the manifest's on a Mac.
    if (name !== "a socket of Linux") assert.equal(planned.mistakes.length, 1, JSON.stringify(planned.mistakes));
    assertRefusal(new SlipwayError([first]), "SLW-STAGING", says[0] ?? "");
    if (!marked.includes("»")) return;
    const before = (marked.split("»", 1)[0] ?? "").split("\n");
    const { file, line, column } = first.place ?? {};
    assert.deepEqual(
      [file, line, column],
      ["packaging/courier.plist", before.length, (before.at(-1)?.length ?? 0) + 1],
      "its place",
    );
  });
}

holdsRows("property lists", 29, slips);

test("a service that nothing starts", () => {
  const program = `${start}  </array>\n`;
  for (const trigger of ["", "  <key>RunAtLoad</key>\n  <false/>\n", "  <key>KeepAlive</key>\n  <false/>\n"]) {
    const planned = plan(listOf(`${program}${trigger}`));
    assert("mistakes" in planned);
    assert.deepEqual(
      planned.mistakes.map(({ message }) => message),
      ["Nothing starts the service."],
    );
  }
  for (const trigger of ["RunAtLoad", "KeepAlive", "StartOnMount"]) {
    assert("text" in plan(listOf(`${program}  <key>${trigger}</key>\n  <true/>\n`)), trigger);
  }
});

test("all that is wrong is told at once", () => {
  const planned = plan(courierList.replace("/usr/local/bin/", "/opt/").replace(path, "<string>/tmp/x</string>"));
  assert("mistakes" in planned && planned.mistakes.length === 2);
});

test("what the list says of its own is kept: its log, a program, several sockets under one name", () => {
  const entry = `<dict><key>SockPathName</key>${path}<key>SockPathMode</key><integer>432</integer></dict>`;
  const port = "<dict><key>SockServiceName</key><string>8080</string></dict>";
  const planned = plan(
    listOf(
      "<key>Program</key><string>/usr/local/bin/courierctl</string>" +
        "<key>StandardOutPath</key><string>/Library/Logs/courier/out.log</string><key>UserName</key><string>_courier</string>" +
        `<key>Sockets</key><dict><key>Both</key><array>${port}${entry}</array></dict>`,
    ),
  );
  assert("text" in planned, JSON.stringify(planned));
  assert.doesNotMatch(planned.text, /StandardErrorPath/);
  assert.deepEqual(planned.logs, [{ path: "/Library/Logs/courier/out.log", owner: "_courier" }]);
  assert.equal(planned.text.split("UserName").length, 2);
  assert.deepEqual(planned.sockets, [{ keyPath: "Sockets.Both.1", owner: "_courier", group: "letters" }]);
});

test("a service of root has no UserName of ours", () => {
  const planned = plan(courierList, { service: { ...facts.service, user: "root" } });
  assert("text" in planned);
  assert.doesNotMatch(planned.text, /UserName/);
});

test("a log is made for a service that cannot: not for one of root, and once where both streams go to it", () => {
  const keys = (out: string, error: string) =>
    listOf(
      `${start}  </array>\n  <key>RunAtLoad</key>\n  <true/>\n  <key>StandardOutPath</key>\n  <string>${out}</string>\n` +
        `  <key>StandardErrorPath</key>\n  <string>${error}</string>\n`,
    );
  const logsOf = (text: string, user = "_courier") => {
    const planned = plan(text, { service: { ...facts.service, user } });
    assert("text" in planned, JSON.stringify(planned));
    return planned.logs.map(({ path, owner }) => `${owner} ${path}`);
  };
  const log = "/Library/Logs/courier/all.log";
  assert.deepEqual(logsOf(courierList), ["_courier /Library/Logs/courier/courier.log"]);
  assert.deepEqual(logsOf(keys(log, log)), [`_courier ${log}`]);
  assert.deepEqual(logsOf(keys(log, "/dev/null")), [`_courier ${log}`]);
  assert.deepEqual(logsOf(keys("/var/log/out", "/var/log/error"), "root"), []);
});
