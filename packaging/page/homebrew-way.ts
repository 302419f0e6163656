import type { Installable } from "./install-ways.ts";
import type { InstallWay } from "./model.ts";

/**
 * Homebrew, where a tap has the release: the cask of the signed installer first, for Macs. By the whole name, which brew
 * trusts by itself.
 */
export function homebrewWays({ record: { artifacts, homebrew }, tap }: Installable): readonly InstallWay[] {
  if (homebrew === undefined || tap === undefined) return [];
  const { cask, formula } = homebrew;
  const way = (system: InstallWay["system"], label: string, line: string): InstallWay => ({
    ...{ system, label, steps: [{ says: "Homebrew keeps it up to date:", lines: [line] }] },
  });
  const casks = cask === undefined ? [] : [way("macos", "Homebrew cask", `brew install --cask ${tap}/${cask.name}`)];
  if (formula === undefined) return casks;
  const line = `brew install ${tap}/${formula.name}`;
  const onLinux = artifacts.some(({ format, target }) => format === "tar.gz" && target.startsWith("linux"));
  return [...casks, way("macos", "Homebrew", line), ...(onLinux ? [way("linux", "Homebrew", line)] : [])];
}
