import { readFile, stat } from "node:fs/promises";
import { refusal } from "./errors.ts";

/** A kind of file that a setting names. */
export interface SettingFileKind {
  /** Most bytes that one has. */
  readonly limit: number;
  /** What is wrong with another file, behind "which": `is no TUF root`. */
  readonly otherwise: string;
  readonly hint: string;
}

/** The text of a file that a setting names, relative to the project's folder. Refuses (SLW-KEY) what is not there, or no such file. */
export async function readSettingFile(
  path: string,
  setting: readonly [string, ...(string | number)[]],
  { limit, otherwise, hint }: SettingFileKind,
): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true && found.size <= limit) return readFile(path, "utf8");
  const what = found === undefined ? "is not there" : otherwise;
  throw refusal("SLW-KEY", `slipway:${setting.join(".")} names ${path}, which ${what}`, { setting, hint });
}
