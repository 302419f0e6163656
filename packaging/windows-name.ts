/**
 * Devices that every folder of Windows has, whatever follows a dot, and blanks before it; the raised digits count as
 * digits. CLOCK$ is one on old systems alone.
 */
const devices = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i;

/**
 * Why Windows cannot hold a name in this path; undefined where it can. The answer follows the path in a sentence.
 * https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
export function whyNotWindowsName(path: string): string | undefined {
  for (const name of path.split("/")) {
    if (devices.test(name)) return `has the name ${name}, which is a device on Windows`;
    if (/[. ]$/.test(name)) return "has a name that ends in a dot or a blank, which Windows leaves out";
    const letter = /[<>:"|?*\\]/.exec(name)?.[0];
    if (letter !== undefined) return `has the letter ${letter} in its name, which Windows does not allow`;
  }
  return undefined;
}
