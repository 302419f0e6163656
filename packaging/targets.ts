/** What Slipway ships to, and each ecosystem's name for it. Adding a target is adding a row. */
export const targets = {
  "linux-x86_64": { os: "linux", arch: "x86_64", debian: "amd64", msi: undefined },
  "linux-aarch64": { os: "linux", arch: "aarch64", debian: "arm64", msi: undefined },
  "macos-universal": { os: "macos", arch: "universal", debian: undefined, msi: undefined },
  "windows-x86_64": { os: "windows", arch: "x86_64", debian: undefined, msi: "x64" },
} as const satisfies Record<string, TargetRow>;

interface TargetRow {
  readonly os: "linux" | "macos" | "windows";
  readonly arch: "x86_64" | "aarch64" | "universal";
  /** Debian's architecture name; undefined where Debian has none. */
  readonly debian: string | undefined;
  /** Windows Installer's name for it; undefined where there is no Windows. */
  readonly msi: "x64" | "arm64" | undefined;
}

export type TargetName = keyof typeof targets;
export type OperatingSystem = TargetRow["os"];

export const targetNames = Object.keys(targets) as readonly TargetName[];
