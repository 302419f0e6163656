import { callOwnStep, carriedStep } from "../own-step.ts";

/** Hooks of the product's own, as texts. */
export interface HookTexts {
  readonly postInstall?: string;
  readonly preRemove?: string;
}

/** postinst: what fails here fails the installation, as dpkg's own steps do. */
export function postInstallHook({ postInstall = "" }: HookTexts): readonly string[] {
  if (postInstall.trim() === "") return [];
  return [
    `# The product's own step.\n${carriedStep(postInstall)}if [ "$1" = configure ]; then\n  ${callOwnStep}\nfi\n`,
  ];
}

/** prerm: what fails here is told; a product must always be removable. */
export function preRemoveHook(packageName: string, { preRemove = "" }: HookTexts): readonly string[] {
  if (preRemove.trim() === "") return [];
  const told = `echo "${packageName}: its own pre-remove step failed; the removal goes on." >&2`;
  return [
    `# The product's own step.\n${carriedStep(preRemove)}if [ "$1" = remove ]; then\n  ${callOwnStep} ||\n    ${told}\nfi\n`,
  ];
}
