import type { OperatingSystem, TargetName } from "../targets.ts";
import { targets } from "../targets.ts";

const systems: Readonly<Record<OperatingSystem, string>> = { linux: "Linux", macos: "macOS", windows: "Windows" };

export function systemName(system: OperatingSystem): string {
  return systems[system];
}

/** The system that something of a target is for. What is for any machine of Debian's is for Linux. */
export function systemOf(target: TargetName | "any"): OperatingSystem {
  return target === "any" ? "linux" : targets[target].os;
}

const machines: Readonly<Record<string, string>> = {
  x86_64: "x86-64",
  aarch64: "arm64",
  universal: "Intel and Apple silicon",
};

/** The machine of a target as people call it. */
export function machineName(target: TargetName | "any"): string {
  return target === "any" ? "any machine" : (machines[targets[target].arch] ?? targets[target].arch);
}

/** `Linux x86-64`. */
export function targetName(target: TargetName | "any"): string {
  return target === "any" ? "Any machine" : `${systemName(targets[target].os)} ${machineName(target)}`;
}

/** `22 November 2026, 10:00 UTC`, of a time in UTC as entries have it: no locale decides it. */
export function dateText(time: string): string {
  const [, year = "", month = "", day = "", clock = ""] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(time) ?? [];
  return `${Number(day)} ${months[Number(month) - 1] ?? ""} ${year}, ${clock} UTC`;
}

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** A fingerprint in groups of four, as people compare it. */
export function grouped(fingerprint: string): string {
  return fingerprint.replace(/(.{4})(?=.)/g, "$1 ");
}
