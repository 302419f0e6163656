/** A text as a Formatted column has it ("Formatted" of the Windows Installer SDK): its brackets and braces are only letters. */
export function formatted(text: string): string {
  return text.replace(/[[\]{}]/g, "[\\$&]");
}
