import assert from "node:assert/strict";
import { test } from "node:test";
import { inlineEntry } from "../../staging/file-entry.ts";
import { growTree } from "../../staging/grow-tree.ts";
import { enableUnits, forgetUnits, reloadAfterRemoval, startUnits, stopUnits } from "./unit-scripts.ts";
import { systemParts } from "./units.ts";

function unitsOf(files: Readonly<Record<string, string>>) {
  const leaves = Object.entries(files).map(([name, text]) =>
    inlineEntry(`usr/lib/systemd/system/${name}`, text, "service"),
  );
  return systemParts(growTree(leaves)).units;
}

const wanted = "[Install]\nWantedBy=multi-user.target\n";

test("units by what is done with them: what lets others start stands first", () => {
  const units = unitsOf({
    "a.service": `[Service]\n${wanted}`,
    "a.socket": `[Socket]\n${wanted}`,
    "b@.service": `[Service]\n${wanted}`,
    "c.service": "[Service]\n",
    "d.service": "[Service]\nType=oneshot\n",
    "d.timer": `[Timer]\n${wanted}`,
    "e@.service": "[Service]\nType=oneshot\n",
    "f.target": "[Unit]\n",
    "multi-user.target.wants/a.service": "",
    "note.txt": "",
  });
  assert.deepEqual(units, {
    enabled: ["a.socket", "d.timer", "a.service"],
    instances: [],
    restartedIfRunning: ["f.target", "b@*.service", "c.service"],
    stopped: ["a.socket", "d.timer", "f.target", "a.service", "b@*.service", "c.service", "d.service", "e@*.service"],
  });
});

test("without units there is nothing to do", () => {
  const none = unitsOf({});
  assert.equal(enableUnits(none) + startUnits(none), "");
  assert.deepEqual([stopUnits(none), reloadAfterRemoval(none), forgetUnits(none)], [[], [], []]);
});

test("a template by itself is neither enabled nor started; its instances are restarted and stopped", () => {
  const template = unitsOf({ "b@.service": `[Service]\n${wanted}` });
  assert.equal(enableUnits(template), "");
  assert.deepEqual(forgetUnits(template), []);
  assert.equal(
    startUnits(template),
    `  if [ -z "\${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    if [ -n "\${2:-}" ]; then
      deb-systemd-invoke try-restart 'b@*.service' >/dev/null || true
    fi
  fi
`,
  );
  assert.match(stopUnits(template).join(""), /^ {2}deb-systemd-invoke stop 'b@\*\.service' >\/dev\/null \|\| true$/m);
});

test("a service that others run to its end is only made known", () => {
  const oneshot = unitsOf({ "d.service": "[Service]\nType=oneshot\n" });
  assert.doesNotMatch(startUnits(oneshot), /deb-systemd-invoke|then\n *(?:else|fi)/);
});
