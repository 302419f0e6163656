/** Whether two texts are the same to GitHub, which gives one back with other line breaks, and trimmed. */
export function sameText(one: string, other: string): boolean {
  const plain = (text: string) => text.replaceAll("\r\n", "\n").trim();
  return plain(one) === plain(other);
}
