/** NAME_MAX of Linux and macOS, and PATH_MAX of macOS, in bytes. */
const nameLimit = 255;
const pathLimit = 1023;

/** Where packages of a vendor have no business, and whose place it is (Filesystem Hierarchy Standard 3.0). */
const foreign: readonly (readonly [folder: string, reason: string])[] = [
  ["usr/local", "that folder is the administrator's"],
  ["opt", "Debian packages install below usr"],
  ["home", "that folder is the users'"],
  ["root", "that folder is the administrator's"],
  ["srv", "that folder is the administrator's"],
  ["media", "that folder is for mounted disks"],
  ["mnt", "that folder is for mounted disks"],
  ["run", "that folder is emptied when the machine starts; tmpfiles.d makes what must be there"],
  ["var/run", "that folder is emptied when the machine starts; tmpfiles.d makes what must be there"],
  ["var/lock", "that folder is emptied when the machine starts; tmpfiles.d makes what must be there"],
  ["tmp", "that folder is emptied when the machine starts"],
  ["var/tmp", "that folder is for temporary files"],
  ["proc", "that folder is the kernel's"],
  ["sys", "that folder is the kernel's"],
  ["dev", "that folder is the kernel's"],
  ["boot", "that folder is the boot loader's"],
  ["bin", "it is a link to usr/bin: name the file there"],
  ["sbin", "it is a link to usr/sbin: name the file there"],
  ["lib", "it is a link to usr/lib: name the file there"],
  ["lib64", "it is a link to usr/lib64: name the file there"],
];

/** Why a tree cannot hold this path; undefined where it can. The answer follows the path in a sentence. */
export function whyNotName(path: string): string | undefined {
  if (path === "") return "is an empty path";
  if (!path.isWellFormed() || path.includes("\u{fffd}")) return "is not valid UTF-8";
  if (/\p{Cc}/u.test(path)) return "has a control character in its name";
  if (/[\p{Cf}\p{Zl}\p{Zp}]/u.test(path)) return "has an invisible character in its name";
  if (path.includes("\\")) return "has a backslash in its name; folders are separated by /";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is an absolute path; installed paths have no leading /";
  const names = path.split("/");
  if (names.includes("..")) return 'has ".." in its path, which leaves the package';
  if (names.includes("") || names.includes(".")) return 'has an empty name or "." in its path';
  const long = names.find((name) => Buffer.byteLength(name) > nameLimit);
  if (long !== undefined) return `has a name of ${Buffer.byteLength(long)} bytes; at most ${nameLimit} are possible`;
  if (Buffer.byteLength(path) > pathLimit)
    return `has ${Buffer.byteLength(path)} bytes; at most ${pathLimit} are possible`;
  const place = foreign.find(([folder]) => path === folder || path.startsWith(`${folder}/`));
  return place === undefined ? undefined : `is below ${place[0]}: ${place[1]}`;
}
