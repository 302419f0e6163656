/** A word of a POSIX shell's command line: quoted where it holds anything that a shell might read. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+=,~-]+$/.test(text) && !text.startsWith("~") ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A word of a PowerShell command line: a single-quoted string takes every letter but its quote as it is. */
export function powerShellWord(text: string): string {
  return /^[A-Za-z0-9_./:+=-]+$/.test(text) && !text.startsWith("-") ? text : `'${text.replaceAll("'", "''")}'`;
}
