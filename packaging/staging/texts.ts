import { type Mistake, refuseMistakes } from "../errors.ts";
import type { Product } from "../manifest/product.ts";
import { type InputFolders, InputReader } from "./input-file.ts";

/** Texts of the product that go into packages by other ways than the tree. */
export interface ProductTexts {
  /** The licence, whole: `copyright` quotes it. */
  readonly licence: string;
  /** Shell lines of the post-install step, after what Slipway itself does. */
  readonly hooks: { readonly linux?: string; readonly macos?: string; readonly windows?: string };
}

/**
 * Reads the licence and the hooks that the manifest names.
 * @throws SlipwayError SLW-STAGING with every one that is missing, outside of the project, or not text.
 */
export async function readTexts(product: Product, folders: InputFolders): Promise<ProductTexts> {
  const mistakes: Mistake[] = [];
  const reader = new InputReader(folders, mistakes);
  const licence = await reader.text("licence", product.licence.from);
  const hooks: Partial<Record<"linux" | "macos" | "windows", string>> = {};
  for (const system of ["linux", "macos", "windows"] as const) {
    const from = product.hooks[system];
    const hook = from === undefined ? undefined : await reader.text(`${system} hook`, from);
    if (hook === undefined) continue;
    if (hook.text.includes("\r") && system !== "windows") mistakes.push(carriageReturn(hook.shown, hook.text));
    hooks[system] = hook.text;
  }
  refuseMistakes(mistakes);
  return { licence: licence?.text ?? "", hooks };
}

function carriageReturn(file: string, text: string): Mistake {
  const before = text.slice(0, text.indexOf("\r")).split("\n");
  return {
    code: "SLW-STAGING",
    message: "A carriage return is part of the command to a shell on Linux and macOS.",
    place: { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
    hint: "Save the file with LF line ends.",
  };
}
