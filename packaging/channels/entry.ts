import { z } from "zod";
import { canonicalJson } from "../canonical-json.ts";
import { type DocumentKind, documentText, parseDocument } from "../record/document.ts";
import { sha256Field, sizeField } from "../record/fields.ts";
import { compareVersions, isReleaseVersion } from "../version.ts";

/** An entry is small: a reader refuses a larger one before parsing it. */
export const entryLimit = 256 * 1024;

// Aborts: the order of versions below is asked only of those that are some.
const version = z.string().max(256).refine(isReleaseVersion, { abort: true, error: "expected a semantic version" });
const line = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^[^\p{Cc}]*$/u, "expected one line of text");
const objectPath = z
  .string()
  .max(1024)
  .regex(/^[A-Za-z0-9._+~@%=,-]+(\/[A-Za-z0-9._+~@%=,-]+)*$/, "expected a relative path")
  .refine((path) => !path.split("/").some((part) => part === "." || part === ".."), "expected no . and no ..");

const channelRecord = z.strictObject({
  version,
  /** Folder below `releases/<product>/`: the version, on `dev` with a hash. */
  folder: z
    .string()
    .max(300)
    .regex(/^[0-9A-Za-z.-]+(\+[0-9a-f]{12})?$/, "expected a release's folder"),
  /** The release record's own object, from the top of the bucket. */
  record: z.strictObject({ path: objectPath, size: sizeField, sha256: sha256Field }),
});

const versionMoves = z.strictObject({
  /** How often the version went down, with this move: a number that only goes up. */
  lowered: z.int().min(0),
  /** The version that was served before the last change of it; not there while it never changed. */
  before: version.exactOptional(),
  /** The highest version that was ever served: what is above it never was. */
  highest: version,
});

const channelEntry = z
  .strictObject({
    /** 2 where `past` is there, so that an older Slipway says that it is older, and repairs nothing. */
    schema: z.literal([1, 2]),
    product: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/, "expected a product: lower-case letters, digits, . and -"),
    channel: z.string().regex(/^[a-z0-9]{1,50}$/, "expected a channel: lower-case letters and digits"),
    /** Version of the role's file that names this entry. */
    serial: z.int().min(1),
    /** The serial that was in force before; 0 for the channel's first. */
    after: z.int().min(0),
    /** Digest of that one's entry: entries are a chain, and the newest signature vouches for all of them. */
    previous: sha256Field.optional(),
    /** What is counted over the channel's moves, so that nobody has to walk them. */
    past: versionMoves.exactOptional(),
    current: channelRecord,
    /** Still served beside the current one, newest first. */
    kept: z.array(channelRecord).max(200),
    moved: z.strictObject({
      at: z.iso.datetime({ precision: 0, error: "expected a time in UTC such as 2026-01-31T09:00:00Z" }),
      by: line,
      why: line,
    }),
  })
  .refine(
    ({ product, current, kept }) =>
      [current, ...kept].every(
        ({ version, folder, record }) =>
          folder.split("+", 1)[0] === version && record.path === `releases/${product}/${folder}/release.json`,
      ),
    "a record lies in its version's folder of the product",
  )
  .refine((entry) => entry.serial > entry.after, "a serial is above the one before it")
  .refine(({ schema, past }) => (schema === 2) === (past !== undefined), {
    path: ["schema"],
    error: "expected 2 where past is there, and else 1",
  })
  .refine(({ past, after }) => past === undefined || after > 0, "a channel's first entry has no past")
  .refine(({ past }) => past === undefined || past.lowered === 0 || past.before !== undefined, {
    path: ["past"],
    error: "a version that went down was another one before",
  })
  .refine(({ past, current }) => past === undefined || compareVersions(past.highest, current.version) >= 0, {
    path: ["past", "highest"],
    error: "expected no version below the current one",
  })
  .refine(({ past, current }) => past?.before !== current.version, {
    path: ["past", "before"],
    error: "expected another version than the current one",
  })
  .refine(
    ({ current, kept }) => [current, ...kept].every(({ version }, i, all) => i === 0 || !isAbove(version, all[i - 1])),
    "kept versions come newest first, and none is above the current one",
  );

/** One release that a channel names: its version, folder and record, by digest. */
export type ChannelRecord = Readonly<z.infer<typeof channelRecord>>;

/** What a channel says: the release it points at, those it keeps, and who moved it there, when and why. */
export type ChannelEntry = Readonly<z.infer<typeof channelEntry>>;

/** How the version of a channel moved, up to and with one of its moves. */
export type VersionMoves = Readonly<z.infer<typeof versionMoves>>;

/** What a move is about; all else in an entry describes the move itself. */
export interface ChannelContent {
  readonly current: ChannelRecord;
  readonly kept: readonly ChannelRecord[];
}

const kind: DocumentKind<ChannelEntry> = {
  name: "channel entry",
  code: "SLW-CHANNEL",
  schema: channelEntry,
  newest: 2,
  limit: entryLimit,
};

/** The canonical text of an entry. Refuses (SLW-CHANNEL) one that no reader would take. */
export function entryText(entry: ChannelEntry): string {
  return documentText(entry, `the new entry of channel ${entry.channel} of ${entry.product}`, kind);
}

/** Reads an entry's text; `where` names it in messages. Refuses as `parseDocument` does: SLW-CHANNEL, SLW-STATE-NEWER. */
export function parseEntry(text: string, where: string): ChannelEntry {
  return parseDocument(Buffer.from(text), where, kind);
}

/** Whether two moves lead to the same place. */
export function sameContent(a: ChannelContent, b: ChannelContent): boolean {
  return canonicalJson([a.current, a.kept]) === canonicalJson([b.current, b.kept]);
}

function isAbove(version: string, other: ChannelRecord | undefined): boolean {
  return other !== undefined && compareVersions(version, other.version) > 0;
}
