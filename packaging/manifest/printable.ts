/**
 * One visible character for each: a control sequence in a file that is quoted must not move or colour anything, and no
 * invisible letter may make two names look alike. A user and password in an address are covered: messages reach logs.
 */
export function printable(text: string): string {
  return text
    .replaceAll("\t", " ")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "\u{fffd}")
    .replace(/(?<=:\/\/)[^\s/?#"']+(?=@)/gu, (secret) => "*".repeat([...secret].length));
}

/** A value may be a whole file; sixty letters show which one it is. */
export function shorten(text: string): string {
  const letters = [...printable(text)];
  return letters.length > 60 ? `${letters.slice(0, 60).join("")}…` : letters.join("");
}
