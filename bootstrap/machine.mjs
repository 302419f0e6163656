/**
 * What npm compares a package's `os`, `cpu` and `libc` with.
 *
 * @typedef {object} Machine
 * @property {string} os
 * @property {string} cpu
 * @property {"glibc" | "musl" | undefined} libc on Linux only
 */

/** @typedef {{ os?: string[], cpu?: string[], libc?: string[] }} Restricted a package's entry in the lockfile */

/** @returns {Machine} */
export function thisMachine() {
  return { os: process.platform, cpu: process.arch, libc: process.platform === "linux" ? linuxLibc() : undefined };
}

/**
 * Whether a package is made for this very kind of machine: it names kinds, and this is one of them.
 *
 * @param {Restricted} restricted
 * @param {Machine} machine
 * @returns {boolean}
 */
export function isMadeFor({ os, cpu, libc }, machine) {
  const fits = (/** @type {string[] | undefined} */ named, /** @type {string | undefined} */ found) =>
    named === undefined || (found !== undefined && named.includes(found));
  return (os ?? cpu) !== undefined && fits(os, machine.os) && fits(cpu, machine.cpu) && fits(libc, machine.libc);
}

/** A Node that runs on glibc names its version; npm decides in the same way. */
function linuxLibc() {
  const report = process.report.getReport();
  return "glibcVersionRuntime" in Object(Object(report)["header"]) ? "glibc" : "musl";
}
