import type { SystemParts } from "./units.ts";

/**
 * The maintainer scripts of a package with units, users or temporary directories: what debhelper's snippets do
 * (dh_installsysusers, dh_installtmpfiles, dh_installsystemd), in plain sh. They respect DPKG_ROOT and policy-rc.d, and
 * leave users where they are: files of theirs may remain on the machine. Empty where there is nothing to do.
 */
export function maintainerScripts(
  name: string,
  parts: SystemParts,
  hookText: string | undefined,
): Readonly<Record<string, string>> {
  const scripts = {
    postinst: postinst(parts, hookText),
    prerm: prerm(parts),
    postrm: postrm(parts),
  };
  const heading = `#!/bin/sh\n# ${name}: written by Slipway.\nset -e\n`;
  return Object.fromEntries(
    Object.entries(scripts).flatMap(([script, blocks]) =>
      blocks.length === 0 ? [] : [[script, [heading, ...blocks].join("\n")]],
    ),
  );
}

function postinst({ units, users, temporary }: SystemParts, hookText: string | undefined): readonly string[] {
  const steps = [
    ...users.map((file) => `  systemd-sysusers \${DPKG_ROOT:+--root="$DPKG_ROOT"} ${file}\n`),
    // Where it cannot work now (an image built without /proc), the directories come with the next start.
    ...temporary.map((file) => `  systemd-tmpfiles \${DPKG_ROOT:+--root="$DPKG_ROOT"} --create ${file} || true\n`),
    ...(units.length === 0 ? [] : [enableUnits(units), startUnits(units)]),
  ];
  const blocks: string[] = [];
  if (steps.length > 0) {
    const cases = "configure | abort-upgrade | abort-deconfigure | abort-remove";
    blocks.push(`case "$1" in\n${cases})\n${steps.join("\n")}  ;;\nesac\n`);
  }
  if (hookText !== undefined && hookText.trim() !== "") {
    // As it stands, not indented: it may hold here-documents. The colon is for a hook of comments alone.
    blocks.push(`# The product's own step.\nif [ "$1" = configure ]; then\n:\n${hookText.trimEnd()}\nfi\n`);
  }
  return blocks;
}

/** An administrator's choice to disable a unit is kept over upgrades; only links that never were are made. */
function enableUnits(units: readonly string[]): string {
  return `  for unit in ${units.join(" ")}; do
    deb-systemd-helper unmask "$unit" >/dev/null || true
    if deb-systemd-helper --quiet was-enabled "$unit"; then
      deb-systemd-helper enable "$unit" >/dev/null || true
    else
      deb-systemd-helper update-state "$unit" >/dev/null || true
    fi
  done
`;
}

function startUnits(units: readonly string[]): string {
  return `  if [ -z "\${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    action=start
    if [ -n "\${2:-}" ]; then action=restart; fi
    deb-systemd-invoke "$action" ${units.join(" ")} >/dev/null || true
  fi
`;
}

function prerm({ units }: SystemParts): readonly string[] {
  if (units.length === 0) return [];
  return [
    `if [ "$1" = remove ] && [ -z "\${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop ${units.join(" ")} >/dev/null || true
fi
`,
  ];
}

function postrm({ units, directories }: SystemParts): readonly string[] {
  const blocks: string[] = [];
  if (units.length > 0) {
    blocks.push(`if [ "$1" = remove ] && [ -z "\${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload >/dev/null || true
fi
`);
  }
  const steps = [
    ...(units.length === 0 ? [] : [forgetUnits(units)]),
    ...directories.map((path) => `  rm -rf "\${DPKG_ROOT:-}${path}"\n`),
  ];
  if (steps.length > 0) blocks.push(`if [ "$1" = purge ]; then\n${steps.join("\n")}fi\n`);
  return blocks;
}

/** At purge the helper's package may be gone already. */
function forgetUnits(units: readonly string[]): string {
  return `  if [ -x "$(command -v deb-systemd-helper)" ]; then
    deb-systemd-helper purge ${units.join(" ")} >/dev/null || true
    deb-systemd-helper unmask ${units.join(" ")} >/dev/null || true
  fi
`;
}
