import type { z } from "zod";
import { shorten } from "./manifest/printable.ts";

/**
 * What a schema finds wrong with a document, in plain words: for `safeParse(value, { error: inWords })`. Counts where the
 * schema itself says nothing better. Shows kinds of values, not values, which may be long or hostile.
 */
export const inWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${kinds.get(issue.expected) ?? issue.expected}, found ${kindOf(issue.input)}`;
    case "invalid_value": {
      const values = issue.values.map((value) => String(value)).join(", ");
      return `expected ${issue.values.length > 1 ? "one of " : ""}${values}, found ${shown(issue.input)}`;
    }
    case "unrecognized_keys":
      return `unknown key ${issue.keys.slice(0, 5).map(quoted).join(", ")}`;
    case "invalid_key":
      return issue.issues[0]?.message ?? "expected another key";
    case "too_small":
      return `expected at least ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `expected at most ${issue.maximum}${unitOf(issue.origin)}`;
    default:
      return "expected something else";
  }
};

/** `artifacts[2].size: expected a size in bytes`: the place in the document, and what is wrong there. */
export function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return "it is not as expected";
  let place = "";
  for (const step of issue.path) {
    const name = typeof step === "number" ? `[${step}]` : `.${shorten(String(step))}`;
    place += place === "" ? name.replace(/^\./, "") : name;
  }
  const reason = issue.message.slice(0, 300);
  return place === "" ? reason : `${place}: ${reason}`;
}

const kinds: ReadonlyMap<string, string> = new Map([
  ["string", "a text"],
  ["number", "a number"],
  ["int", "a whole number"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["tuple", "a list"],
  ["object", "a map"],
  ["record", "a map"],
]);

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "boolean") return String(value);
  return kinds.get(Array.isArray(value) ? "array" : typeof value) ?? typeof value;
}

function shown(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  return typeof value === "number" ? String(value) : kindOf(value);
}

function quoted(text: string): string {
  return JSON.stringify(shorten(text));
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " items" : "";
}
