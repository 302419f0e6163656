import { type Mistake, refuseMistakes } from "../errors.ts";
import type { Hooks, Product } from "../manifest/product.ts";
import { type InputFolders, InputReader, type InputText } from "./input-file.ts";

/** Texts of the product that go into packages by other ways than the tree. */
export interface ProductTexts {
  /** The licence, whole: `copyright` quotes it. */
  readonly licence: string;
  /** The licence of each third party, in the order of the manifest. */
  readonly thirdParty: readonly string[];
  /** The launchd property list of each service that has one, by the service's name. */
  readonly launchd: Readonly<Record<string, InputText>>;
  /** Script lines of the hooks, by operating system. */
  readonly hooks: { readonly [System in "linux" | "macos" | "windows"]?: Hooks };
}

/** Bytes. A hook travels as one argument of sh, and Linux takes 128 KiB of it (MAX_ARG_STRLEN in execve(2)). */
const largestHook = 64 << 10;

/**
 * Reads the licences, property lists and hooks that the manifest names.
 * @throws SlipwayError SLW-STAGING with every one that is missing, outside of the project, not text, or no hook that can
 * run.
 */
export async function readTexts(product: Product, folders: InputFolders): Promise<ProductTexts> {
  const mistakes: Mistake[] = [];
  const reader = new InputReader(folders, mistakes);
  const licence = await reader.text("licence", product.licence.from);
  const thirdParty: string[] = [];
  for (const { name, licence: of } of product.thirdParty)
    thirdParty.push((await reader.text(`licence of ${name}`, of.from))?.text ?? "");
  const launchd: Record<string, InputText> = {};
  for (const { name, launchd: from } of product.services) {
    const list = from === undefined ? undefined : await reader.text("property list", from);
    if (list !== undefined) launchd[name] = list;
  }
  const hooks: { linux?: Hooks; macos?: Hooks; windows?: Hooks } = {};
  for (const system of ["linux", "macos", "windows"] as const) {
    const named = product.hooks[system];
    if (named !== undefined) hooks[system] = await readHooks(system, named, reader, mistakes);
  }
  refuseMistakes(mistakes);
  return { licence: licence?.text ?? "", thirdParty, launchd, hooks };
}

async function readHooks(
  system: "linux" | "macos" | "windows",
  named: Hooks,
  reader: InputReader,
  mistakes: Mistake[],
): Promise<Hooks> {
  const texts: { postInstall?: string; preRemove?: string } = {};
  for (const [moment, words] of [
    ["postInstall", "post-install"],
    ["preRemove", "pre-remove"],
  ] as const) {
    const from = named[moment];
    const hook = from === undefined ? undefined : await reader.text(`${system} ${words} hook`, from);
    if (hook === undefined) continue;
    if (system !== "windows") mistakes.push(...shellMistakes(hook.shown, hook.text));
    texts[moment] = hook.text;
  }
  return texts;
}

/**
 * What can be told of shell lines without a shell, which not every machine that builds has. A line that does not parse
 * is found when the hook runs: it runs by itself, so that it cannot break the script around it.
 */
function* shellMistakes(file: string, text: string): Generator<Mistake> {
  const at = (index: number) => {
    const before = text.slice(0, index).split("\n");
    return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  };
  const first = text.split("\n", 1).join("");
  if (text.includes("\r"))
    yield {
      code: "SLW-STAGING",
      message: "A carriage return is part of the command to a shell on Linux and macOS.",
      place: at(text.indexOf("\r")),
      hint: "Save the file with LF line ends.",
    };
  else if (first.startsWith("#!") && !/^#!\s*\/bin\/sh(?:\s+-e)?\s*$/.test(first))
    yield {
      code: "SLW-STAGING",
      message: `A hook runs with sh -e, and its first line asks for ${JSON.stringify(first.slice(2).trim().slice(0, 80))}.`,
      place: at(0),
      hint: "Write the hook for POSIX sh, or let it call a program that is installed.",
    };
  if (text.includes("\0"))
    yield {
      code: "SLW-STAGING",
      message: "A hook is text, and this one holds a zero byte.",
      place: at(text.indexOf("\0")),
    };
  if (Buffer.byteLength(text) > largestHook)
    yield {
      code: "SLW-STAGING",
      message: `A hook has at most ${largestHook >> 10} KiB; this one has ${Buffer.byteLength(text).toLocaleString("en-US")} bytes.`,
      place: at(0),
      hint: "Install a program for what it does, and let the hook call it.",
    };
}
