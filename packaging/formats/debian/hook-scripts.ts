/** Hooks of the product's own, as texts. */
export interface HookTexts {
  readonly postInstall?: string;
  readonly preRemove?: string;
}

/** postinst: what fails here fails the installation, as dpkg's own steps do. */
export function postInstallHook({ postInstall = "" }: HookTexts): readonly string[] {
  if (postInstall.trim() === "") return [];
  return [`# The product's own step.\n${carried(postInstall)}if [ "$1" = configure ]; then\n  ${call}\nfi\n`];
}

/** prerm: what fails here is told; a product must always be removable. */
export function preRemoveHook(packageName: string, { preRemove = "" }: HookTexts): readonly string[] {
  if (preRemove.trim() === "") return [];
  const told = `echo "${packageName}: its own pre-remove step failed; the removal goes on." >&2`;
  return [
    `# The product's own step.\n${carried(preRemove)}if [ "$1" = remove ]; then\n  ${call} ||\n    ${told}\nfi\n`,
  ];
}

/** A shell of its own: an `exit`, a `cd` or a line that does not parse stays inside, and standard input stays free. */
const call = 'sh -ec "$(own_step)" "$0" "$@"';

/** The lines as they stand, in a here-document with an end that is none of them. */
function carried(text: string): string {
  const lines = text.trimEnd().split("\n");
  let end = "END_OF_STEP";
  while (lines.includes(end)) end += "_";
  return `own_step() {\n  cat <<'${end}'\n${lines.join("\n")}\n${end}\n}\n`;
}
