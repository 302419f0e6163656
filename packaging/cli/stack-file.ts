import { randomUUID } from "node:crypto";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { refusal } from "../errors.ts";

/** The file with a stack's settings, as it was when it was read. */
export interface StackSettingsFile {
  /** From the project's folder, with forward slashes: how messages and git call it. */
  readonly name: string;
  readonly text: string;
  /** Puts another text in its place, whole or not at all. */
  write(text: string): Promise<void>;
  /** Puts back the bytes that were read. */
  restore(): Promise<void>;
}

/** The path of a stack's file; a stack's full name (organization/project/stack) ends in the one that names its file. */
export function stackFileName(stack: string): string {
  const name = stack.split("/").at(-1) ?? stack;
  // Pulumi's own rule for names of stacks.
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(name)) return `stacks/Pulumi.${name}.yaml`;
  throw refusal("SLW-COMMAND", `${JSON.stringify(stack)} is no name of a stack.`);
}

/** Reads a stack's file in the project's folder. Refuses (SLW-SETTINGS) where there is none. */
export async function readStackFile(stack: string): Promise<StackSettingsFile> {
  const name = stackFileName(stack);
  const file = path.resolve(name);
  const bytes = await readFile(file).catch(() => {
    throw refusal("SLW-SETTINGS", `Stack ${stack} has no file ${name} here.`, {
      hint: "Run this in a checkout that has the stack's file.",
    });
  });
  return {
    name,
    text: bytes.toString("utf8"),
    write: (text) => replaceFile(file, Buffer.from(text)),
    restore: () => replaceFile(file, bytes),
  };
}

/** A temporary name, then a rename: whoever is killed leaves the old file or the new one. */
async function replaceFile(file: string, bytes: Uint8Array): Promise<void> {
  // What is left of a killed process is no file for git: it ignores logs.
  const temporary = `${file}.${randomUUID()}.log`;
  try {
    await writeFile(temporary, bytes, { flag: "wx", mode: (await stat(file)).mode & 0o777 });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
