/**
 * A text as a Ruby string in double quotes: what would end it, escape or be put in its place (`#{`, `#$`, `#@`) is escaped.
 * Of control characters, which no field here can have, none is passed on.
 */
export function rubyString(text: string): string {
  return `"${escaped(text)}"`;
}

/** The same, with placeholders (`{etc}`) that become what Homebrew has in their place. */
export function rubyTemplate(text: string, methods: Readonly<Record<string, string>>): string {
  const ruby = Object.entries(methods).reduce(
    // What was put in stands between marks that no field can have.
    (was, [placeholder, method]) => was.replaceAll(placeholder, `\0${method}\0`),
    text,
  );
  const parts = ruby.split("\0").map((part, at) => (at % 2 === 1 ? `#{${part}}` : escaped(part)));
  return `"${parts.join("")}"`;
}

/** Lines as a squiggly heredoc, each with the indent of what is inside; a line cannot end it. */
export function rubyHeredoc(lines: readonly string[], indent: string): string {
  const safe = lines.map((line) => escaped(line, "\\").replace(/^EOS$/, "\\x45OS"));
  return ["<<~EOS", ...safe.map((line) => (line === "" ? "" : `${indent}  ${line}`)), `${indent}EOS`].join("\n");
}

function escaped(text: string, special = '"\\'): string {
  return [...text]
    .map((letter, at, letters) => {
      if (special.includes(letter)) return `\\${letter}`;
      if (letter === "#" && /^[{$@]$/.test(letters[at + 1] ?? "")) return "\\#";
      const code = letter.codePointAt(0) ?? 0;
      return code < 0x20 || code === 0x7f ? `\\u{${code.toString(16)}}` : letter;
    })
    .join("");
}
