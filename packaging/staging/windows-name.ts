/** Devices that every folder of Windows has, whatever follows a dot; the raised digits count as digits. */
const devices = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i;
/** MAX_PATH without the drive `C:\` and the final zero: no place on a disk is shorter. In UTF-16 units, as Windows counts. */
const pathLimit = 256;

/**
 * Why Windows cannot hold this path; undefined where it can. The answer follows the path in a sentence.
 * https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
export function whyNotOnWindows(path: string): string | undefined {
  if (path.length > pathLimit) return `has ${path.length} characters; Windows takes at most ${pathLimit}`;
  for (const name of path.split("/")) {
    if (devices.test(name)) return `has the name ${name}, which is a device on Windows`;
    if (/[. ]$/.test(name)) return "has a name that ends in a dot or a blank, which Windows leaves out";
    const letter = /[<>:"|?*]/.exec(name)?.[0];
    if (letter !== undefined) return `has the letter ${letter} in its name, which Windows does not allow`;
  }
  return undefined;
}
