import { shortDigest, sizeText, table } from "../cli/table.ts";
import { printable } from "../manifest/printable.ts";
import type { ContentEntry } from "../record/inventory.ts";
import type { Contents } from "./contents.ts";

/** What `slipway inspect` prints: all of a file's contents as plain lines, nothing in it able to move or colour a terminal. */
export function contentsText(contents: Contents): string {
  const { name, format, size, sha256 } = contents;
  const parts = [
    `${printable(name)}: ${format}, ${sizeText(size)}, SHA-256 ${sha256}\n`,
    factLines(contents),
    controlLines(contents),
    entryLines(contents),
    scriptLines(contents),
    ...Object.entries(contents.texts ?? {}).map(([path, text]) => textLines(path, text)),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function factLines({ facts }: Contents): string {
  const rows = Object.entries(facts).map(([name, value]) => [name, printable(`${value}`)]);
  const width = Math.max(0, ...rows.map(([name = ""]) => name.length));
  return rows.map(([name = "", value]) => `  ${name.padEnd(width)}   ${value}\n`).join("");
}

function controlLines({ control = [] }: Contents): string {
  const lines = control.flatMap(([name, value]) => `${name}: ${value}`.split("\n"));
  return lines.length === 0 ? "" : `control\n${lines.map((line) => `  ${printable(line)}\n`).join("")}`;
}

function entryLines({ entries }: Contents): string {
  const total = entries.reduce((sum, { size = 0 }) => sum + size, 0);
  const title = `entries: ${entries.length}, ${sizeText(total)}\n`;
  if (entries.length === 0) return title;
  const columns = [
    { title: "mode", align: "left" },
    { title: "owner", align: "left" },
    { title: "size", align: "right" },
    { title: "SHA-256", align: "left" },
    { title: "path", align: "left" },
  ] as const;
  return `${title}${table(columns, entries.map(entryRow))}`;
}

function entryRow(entry: ContentEntry): readonly string[] {
  const { path, type, mode = "-", owner, group, size, sha256, target, config } = entry;
  const account = owner === undefined ? "-" : `${owner}:${group}`;
  const suffix = type === "directory" ? "/" : target === undefined ? "" : ` -> ${target}`;
  return [
    mode,
    account,
    size === undefined ? "" : sizeText(size),
    sha256 === undefined ? "" : shortDigest(sha256),
    printable(`${path}${suffix}${config === true ? " (configuration)" : ""}`),
  ];
}

function scriptLines({ scripts = {} }: Contents): string {
  const rows = Object.entries(scripts).map(([name, { size, sha256 }]) => [name, sizeText(size), shortDigest(sha256)]);
  if (rows.length === 0) return "";
  return table(
    [
      { title: "script", align: "left" },
      { title: "size", align: "right" },
      { title: "SHA-256", align: "left" },
    ],
    rows,
  );
}

function textLines(path: string, text: string): string {
  const lines = text.replace(/\n$/, "").split("\n");
  return `${printable(path)}\n${lines.map((line) => `  | ${printable(line)}`.trimEnd()).join("\n")}\n`;
}
