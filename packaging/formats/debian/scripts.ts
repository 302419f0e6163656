import { forgetDefaults, type PackageConfiguration, retireConfiguration, tellNewDefaults } from "./configuration.ts";
import { type HookTexts, postInstallHook, preRemoveHook } from "./hook-scripts.ts";
import { enableUnits, forgetUnits, reloadAfterRemoval, startUnits, stopUnits } from "./unit-scripts.ts";
import type { SystemParts } from "./units.ts";

export interface ScriptFacts {
  readonly packageName: string;
  readonly parts: SystemParts;
  readonly configuration: PackageConfiguration;
  readonly hooks: HookTexts;
}

/**
 * The maintainer scripts of a package: what debhelper's snippets do (dh_installsysusers, dh_installtmpfiles,
 * dh_installsystemd, dh_installdeb for configuration), in plain sh. They respect DPKG_ROOT and policy-rc.d, and leave users
 * where they are: files of theirs may remain on the machine. Empty where there is nothing to do.
 */
export function maintainerScripts(facts: ScriptFacts): Readonly<Record<string, string>> {
  const { packageName, parts, configuration, hooks } = facts;
  const scripts = {
    preinst: retireConfiguration(configuration),
    postinst: [
      ...retireConfiguration(configuration),
      ...tellNewDefaults(configuration),
      ...setUp(parts),
      ...postInstallHook(hooks),
    ],
    // The product's own step comes first: what it talks to still runs.
    prerm: [...preRemoveHook(packageName, hooks), ...stopUnits(parts.units)],
    postrm: [
      ...retireConfiguration(configuration),
      ...reloadAfterRemoval(parts.units),
      ...purge([
        ...forgetUnits(parts.units),
        ...parts.directories.map((path) => `  rm -rf "\${DPKG_ROOT:-}${path}"\n`),
        ...forgetDefaults(configuration),
      ]),
    ],
  };
  const heading = `#!/bin/sh\n# ${packageName}: written by Slipway.\nset -e\n`;
  return Object.fromEntries(
    Object.entries(scripts).flatMap(([script, blocks]) =>
      blocks.length === 0 ? [] : [[script, [heading, ...blocks].join("\n")]],
    ),
  );
}

function setUp({ units, users, temporary }: SystemParts): readonly string[] {
  const steps = [
    ...users.map((file) => `  systemd-sysusers \${DPKG_ROOT:+--root="$DPKG_ROOT"} ${file}\n`),
    // Where it cannot work now (an image built without /proc), the directories come with the next start.
    ...temporary.map((file) => `  systemd-tmpfiles \${DPKG_ROOT:+--root="$DPKG_ROOT"} --create ${file} || true\n`),
    enableUnits(units),
    startUnits(units),
  ].filter((step) => step !== "");
  if (steps.length === 0) return [];
  const cases = "configure | abort-upgrade | abort-deconfigure | abort-remove";
  return [`case "$1" in\n${cases})\n${steps.join("\n")}  ;;\nesac\n`];
}

function purge(steps: readonly string[]): readonly string[] {
  return steps.length === 0 ? [] : [`if [ "$1" = purge ]; then\n${steps.join("\n")}fi\n`];
}
