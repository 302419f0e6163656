import type { SystemUnits } from "./units.ts";

/** A unit's name or pattern as sh takes it: only a `*` needs quotes. */
function words(units: readonly string[]): string {
  return units.map((unit) => (unit.includes("*") ? `'${unit}'` : unit)).join(" ");
}

const running = `[ -z "\${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]`;

function invoke(action: string, units: readonly string[], indent: string): string {
  return units.length === 0 ? "" : `${indent}deb-systemd-invoke ${action} ${words(units)} >/dev/null || true\n`;
}

/** postinst: an administrator's choice to disable a unit is kept over upgrades; only links that never were are made. */
export function enableUnits({ enabled, instances }: SystemUnits): string {
  const units = [...enabled, ...instances];
  if (units.length === 0) return "";
  return `  for unit in ${words(units)}; do
    deb-systemd-helper unmask "$unit" >/dev/null || true
    if deb-systemd-helper --quiet was-enabled "$unit"; then
      deb-systemd-helper enable "$unit" >/dev/null || true
    else
      deb-systemd-helper update-state "$unit" >/dev/null || true
    fi
  done
`;
}

/** postinst: starts everything, or restarts it after an upgrade; each call is one transaction, which systemd orders. */
export function startUnits({ enabled, instances, restartedIfRunning, stopped }: SystemUnits): string {
  if (stopped.length === 0) return "";
  const upgrade = [
    invoke("restart", enabled, "      "),
    invoke("try-restart", restartedIfRunning, "      "),
    invoke("start", instances, "      "),
  ].join("");
  const install = invoke("start", [...enabled, ...instances], "      ");
  const otherwise = install === "" ? "" : `    else\n${install}`;
  const steps = upgrade === "" ? "" : `    if [ -n "\${2:-}" ]; then\n${upgrade}${otherwise}    fi\n`;
  return `  if ${running}; then\n    systemctl --system daemon-reload >/dev/null || true\n${steps}  fi\n`;
}

/** prerm: nothing of the product runs when its files go. */
export function stopUnits({ stopped }: SystemUnits): readonly string[] {
  if (stopped.length === 0) return [];
  return [`if [ "$1" = remove ] && ${running}; then\n${invoke("stop", stopped, "  ")}fi\n`];
}

/** postrm */
export function reloadAfterRemoval({ stopped }: SystemUnits): readonly string[] {
  if (stopped.length === 0) return [];
  return [`if [ "$1" = remove ] && ${running}; then\n  systemctl --system daemon-reload >/dev/null || true\nfi\n`];
}

/** postrm: at purge the helper's package may be gone already. */
export function forgetUnits({ enabled, instances }: SystemUnits): readonly string[] {
  const units = words([...enabled, ...instances]);
  if (units === "") return [];
  return [
    `  if [ -x "$(command -v deb-systemd-helper)" ]; then
    deb-systemd-helper purge ${units} >/dev/null || true
    deb-systemd-helper unmask ${units} >/dev/null || true
  fi
`,
  ];
}
