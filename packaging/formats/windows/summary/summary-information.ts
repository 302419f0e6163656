import { refusal } from "../../../errors.ts";
import { codePageFor } from "../database/code-page.ts";
import { encodePropertySet, type PropertyValue } from "./property-set.ts";
import { readPropertySet } from "./property-set-reader.ts";

/** The stream that a shell, and the installer before all else, reads of an .msi. Its name is not packed. */
export const summaryStream = "\u0005SummaryInformation";

/** FMTID_SummaryInformation, {F29F85E0-4FF9-1068-AB91-08002B27B3D9}, as it is stored. */
const format = Buffer.from("e0859ff2f94f6810ab9108002b27b3d9", "hex");

/** What is read is no longer than this. */
const longestStream = 64 * 1024;

/** "Summary Property Descriptions" of the Windows Installer SDK: name, number and type. */
const properties = {
  title: [2, "text"],
  subject: [3, "text"],
  author: [4, "text"],
  keywords: [5, "text"],
  comments: [6, "text"],
  /** Platform and language: `x64;1033`. */
  template: [7, "text"],
  /** The package code, a GUID. */
  revision: [9, "text"],
  /** Seconds since 1970. */
  created: [12, "time"],
  saved: [13, "time"],
  /** Minimum installer: 100 times its version. */
  pageCount: [14, "long"],
  /** 2: compressed files, long names. */
  wordCount: [15, "long"],
  application: [18, "text"],
  /** 2: read-only is recommended. */
  security: [19, "long"],
} as const satisfies Readonly<Record<string, readonly [number, PropertyValue["type"]]>>;

type Name = keyof typeof properties;

export type SummaryInformation = {
  readonly [K in Name]?: (typeof properties)[K][1] extends "text" ? string : number;
};

/** The stream's bytes. Refuses (SLW-FORMAT) text that is none. */
export function encodeSummary(summary: SummaryInformation): Buffer {
  const values = new Map<number, PropertyValue>();
  for (const [name, [number, type]] of Object.entries(properties)) {
    const value = summary[name as Name];
    if (value === undefined) continue;
    if (typeof value === "string" && (!value.isWellFormed() || value.includes("\0"))) {
      throw refusal(
        "SLW-FORMAT",
        `The installer's summary information cannot be written: its ${name} is no valid text.`,
      );
    }
    values.set(number, { type, value } as PropertyValue);
  }
  const texts = [...values.values()].flatMap(({ value }) => (typeof value === "string" ? [value] : []));
  return encodePropertySet(format, values, codePageFor(texts));
}

/** What a stream says; properties that installers do not have are left out. Refuses damage as SLW-FORMAT. */
export function readSummary(bytes: Buffer): SummaryInformation {
  if (bytes.length > longestStream) {
    throw refusal("SLW-FORMAT", `The installer's summary information has ${bytes.length} bytes: it is not read.`);
  }
  const { properties: found } = readPropertySet(bytes, format);
  const summary: Partial<Record<Name, string | number>> = {};
  for (const [name, [number, type]] of Object.entries(properties)) {
    const property = found.get(number);
    if (property?.type === type) summary[name as Name] = property.value;
  }
  return summary as SummaryInformation;
}
