import { readFile } from "node:fs/promises";
import * as pulumi from "@pulumi/pulumi";
import { canonicalJson } from "../packaging/canonical-json.ts";
import { refusal } from "../packaging/errors.ts";
import { previewFile, writePreviewFile } from "./preview-file.ts";

/** What decides every byte that an update will publish, as flat lines: name → digest. */
export type Fingerprint = Readonly<Record<string, string>>;

/**
 * What was previewed is what happens. A preview notes its fingerprint; an update whose own differs from the last
 * preview's is refused (SLW-PREVIEW-DIFFERS) before it registers a single resource. `--strict` and saved plans hold an
 * update to its preview in the engine too, but notice it resource by resource.
 */
export async function holdToPreview(fingerprint: Fingerprint): Promise<void> {
  const note = previewFile("json");
  if (pulumi.runtime.isDryRun()) return writePreviewFile(note, canonicalJson(fingerprint));
  const previewed = await readNote(note);
  if (previewed === undefined) return;
  const names = Object.keys({ ...previewed, ...fingerprint }).sort();
  const changed = names.filter((name) => previewed[name] !== fingerprint[name]);
  if (changed.length === 0) return;
  const named =
    changed.length > 5 ? `${changed.slice(0, 5).join(", ")} and ${changed.length - 5} more` : changed.join(", ");
  throw refusal(
    "SLW-PREVIEW-DIFFERS",
    `this update would publish other bytes than its preview showed: ${named} changed in between; nothing was written`,
    { hint: "Preview again, read the diff, then update." },
  );
}

async function readNote(note: string): Promise<Fingerprint | undefined> {
  try {
    return JSON.parse(await readFile(note, "utf8")) as Fingerprint;
  } catch {
    // No preview of this stack on this machine: the plan that was reviewed elsewhere, or none, is all there is.
    return undefined;
  }
}
