const width = 78;

/** The value of a Description field: the synopsis, then paragraphs, wrapped and parted by lines with a dot. */
export function descriptionField(synopsis: string, paragraphs: readonly string[]): string {
  const extended = paragraphs.map((paragraph) =>
    wrap(paragraph, width - 1)
      .map((line) => ` ${line}\n`)
      .join(""),
  );
  return `${synopsis}\n${extended.join(" .\n")}`.trimEnd();
}

/** Words in lines of at most `most` letters; a longer word has a line of its own. */
export function wrap(text: string, most: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((found) => found !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && longer.length > most) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}
