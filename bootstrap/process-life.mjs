import { readFileSync } from "node:fs";
import { capture } from "./child.mjs";

/** Clock ticks in a second of what Linux tells programs (USER_HZ): fixed by its ABI. */
const TICKS = 100;

/**
 * @param {number} pid
 * @returns {boolean} whether a process of this machine has the number; one that has ended and that nobody has waited for
 *   yet does not count where that can be told
 */
export function isRunning(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
  return !/^[ZX]$/.test(linuxStat(pid)?.at(0) ?? "");
}

/**
 * When a process began: numbers are used again, so that one which runs need not be the one that was meant.
 *
 * @param {number} pid
 * @param {string} [platform]
 * @returns {Promise<number | undefined>} milliseconds since 1970, right to a second or two; undefined where this machine
 *   does not say
 */
export async function processStart(pid, platform = process.platform) {
  if (platform === "linux") return linuxStart(pid);
  const [program, args] =
    platform === "win32"
      ? [
          "powershell.exe",
          ["-NoProfile", "-Command", `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().ToString('s')`],
        ]
      : ["ps", ["-o", "lstart=", "-p", String(pid)]];
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const { code, stdout } = await capture(String(program), [...args], { env, timeout: 20_000 });
  // `2026-11-28T02:18:50` from one, `Sat Nov 28 02:18:50 2026` from the other, both in UTC.
  const started = code === 0 ? Date.parse(`${stdout.trim()}${platform === "win32" ? "Z" : " UTC"}`) : Number.NaN;
  return Number.isNaN(started) ? undefined : started;
}

/** @param {number} pid */
function linuxStart(pid) {
  const ticks = Number(linuxStat(pid)?.at(19));
  const booted = Number(/^btime (\d+)$/m.exec(readOr("/proc/stat", ""))?.[1]);
  return Number.isNaN(ticks + booted) ? undefined : booted * 1000 + (ticks * 1000) / TICKS;
}

/**
 * The fields of proc_pid_stat(5) from the third on, the process's state; undefined elsewhere than on Linux.
 *
 * @param {number} pid
 */
function linuxStat(pid) {
  const text = readOr(`/proc/${pid}/stat`, "");
  // The second field is a name in parentheses that may hold any character.
  return text === "" ? undefined : text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/**
 * @param {string} file
 * @param {string} absent
 */
function readOr(file, absent) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return absent;
  }
}
