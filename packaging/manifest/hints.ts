import { isoSeconds } from "../clock.ts";
import { knownLicences } from "../spdx.ts";
import { fileNameOf, isUnreadArchive } from "./archive-name.ts";
import { nearest } from "./nearest.ts";
import type { Path } from "./yaml-nodes.ts";

/** What to write instead, where a value is a slip that people make; undefined where it is none that is known. */
export function hintFor(path: Path, value: unknown, written: string): string | undefined {
  const field = path.findLast((step) => typeof step === "string");
  if (typeof field !== "string") return undefined;
  if (path[0] === "features") return booleanHint(value);
  if (path[0] === "completions" && path.length === 2 && isText(value))
    return `Name the command, and below it the shell: bash: ${value}`;
  if (typeof path.at(-1) === "number") return itemHint(field, value) ?? textHint(value, written);
  return (
    fieldHints.get(field)?.(value, written, path) ??
    listHint(field, value) ??
    booleanHint(value) ??
    textHint(value, written)
  );
}

type Hint = (value: unknown, written: string, path: Path) => string | undefined;

const fieldHints: ReadonlyMap<string, Hint> = new Map<string, Hint>(
  Object.entries({
    mode: modeHint,
    version: versionHint,
    since: versionHint,
    epoch: epochHint,
    schema: (value) => {
      if (value === "1") return "Write schema: 1, without quotes.";
      return typeof value === "number" ? "This Slipway knows revision 1; a newer one may know more." : undefined;
    },
    homepage: (value) =>
      isText(value) && value.startsWith("http://") ? `Write ${value.replace("http:", "https:")}` : undefined,
    summary: (value) =>
      isText(value) && value.endsWith(".") ? "Leave out the full stop: lists show it as a phrase." : undefined,
    integrity: (value) =>
      isText(value) && !value.startsWith("sha512-")
        ? "Take dist.integrity from `npm view PACKAGE@VERSION dist.integrity`."
        : undefined,
    from: sourceHint,
    unit: sourceHint,
    "socket-unit": sourceHint,
    launchd: sourceHint,
    linux: hooksHint,
    macos: hooksHint,
    windows: hooksHint,
    "post-install": sourceHint,
    "pre-remove": sourceHint,
    spdx: licenceHint,
    bash: sourceHint,
    zsh: sourceHint,
    fish: sourceHint,
    to: installedHint,
    "renamed-to": installedHint,
    path: pathHint,
    name: (value) =>
      isText(value) && /^[\w.+-]*[A-Z][\w.+-]*$/.test(value) ? `Write ${value.toLowerCase()}` : undefined,
    product: (value) =>
      isText(value) && /[A-Z_ ]/.test(value) ? `Write ${value.toLowerCase().replace(/[_ ]/g, "-")}` : undefined,
    source: (value) => didYouMean(value, ["npm", "directory", "url", "slices"]),
    url: urlHint,
    sha256: sha256Hint,
    growth: (value) => {
      const percent = isText(value) ? /^(\d+) *%?$/.exec(value)?.[1] : undefined;
      return percent === undefined ? undefined : `Write growth: ${percent}`;
    },
    budget: (value) => (typeof value === "number" ? `Say what it is for: growth: ${value}` : undefined),
    archive: (value) =>
      isText(value) && /^t(?:ar\.?)?(?:gz|xz|zst)$/.test(value)
        ? "Write archive: tar; its compression is seen in its first bytes."
        : didYouMean(value, ["tar", "zip"]),
    format: (value) => didYouMean(value, ["tar.zst", "tar.gz", "zip", "deb", "pkg", "msi"]),
    wsl: (value) =>
      value === false
        ? "Leave the line out: nothing is asked for then."
        : "Write wsl: required, or leave the line out.",
    compression: (value) => (value === "gz" ? "Write gzip" : didYouMean(value, ["xz", "gzip", "zstd"])),
  }),
);

function urlHint(value: unknown): string | undefined {
  if (!isText(value)) return undefined;
  if (/^\w+:\/\/[^/?#]*@/.test(value))
    return "Leave out the user and the password: whoever reads the manifest reads them. Fetch a private file in a step before, and name its folder with source: directory.";
  if (value.startsWith("http://")) return `Write ${value.replace("http:", "https:")}`;
  if (value.includes("#")) return `Leave out the # and what follows it: ${value.slice(0, value.indexOf("#"))}`;
  if (value.includes(" ")) return `Write a blank as %20: ${value.replaceAll(" ", "%20")}`;
  return isUnreadArchive(fileNameOf(value)) ? "Pack it anew as .tar.zst or .zip." : undefined;
}

function sha256Hint(value: unknown): string | undefined {
  if (!isText(value)) return undefined;
  const digits = value.replace(/^sha256[:-]/i, "").toLowerCase();
  if (value !== digits && /^[0-9a-f]{64}$/.test(digits)) return `Write ${digits}`;
  return "`sha256sum FILE` prints it; compare it with a second source before you pin it.";
}

function itemHint(field: string, value: unknown): string | undefined {
  if (field === "only") return systemHint(value);
  return ["policies", "fixtures", "manuals", "units"].includes(field) ? sourceHint(value) : undefined;
}

function listHint(field: string, value: unknown): string | undefined {
  if (!listFields.has(field) || !(isText(value) || isMap(value))) return undefined;
  return `Write it as a list: a line "- ..." below ${field}:`;
}

function textHint(value: unknown, written: string): string | undefined {
  if (typeof value === "number") return `YAML reads this as a number. Write "${written}"`;
  if (isText(value) && /[\r\n]/.test(value)) return "Use >- to fold lines into one.";
  return undefined;
}

const listFields = new Set(
  [
    "description changes binaries depends installers configuration retired-configuration policies fixtures files",
    "services instances units sockets manuals only third-party",
  ].flatMap((names) => names.split(" ")),
);

function modeHint(value: unknown, written: string): string | undefined {
  const digits = /^(?:0o?)?([0-7]{3})$/.exec(written.replace(/^["']|["']$/g, ""))?.[1];
  if (digits === undefined) return undefined;
  const read = typeof value === "number" ? `YAML reads this as the number ${value}. ` : "";
  return `${read}Write mode: "0${digits}"`;
}

function versionHint(value: unknown, written: string): string | undefined {
  if (typeof value === "number")
    return `YAML reads this as the number ${value}. Write version: "${threeNumbers(written)}"`;
  if (!isText(value)) return undefined;
  if (/^[vV]\d/.test(value)) return `Leave out the v: ${value.slice(1)}`;
  if (value.includes("+")) return `Leave out what follows the +: ${value.slice(0, value.indexOf("+"))}`;
  if (/^\d+(?:\.\d+)?$/.test(value)) return `A version has three numbers: "${threeNumbers(value)}"`;
  if (/^[~^><=*]|\.[x*]$|^latest$/.test(value))
    return "A range would let the same source build something else tomorrow.";
  return undefined;
}

function threeNumbers(text: string): string {
  return [...text.split("."), "0", "0"].slice(0, 3).join(".");
}

function epochHint(value: unknown): string | undefined {
  if (typeof value === "number")
    return value > 0 && value < 2 ** 32 ? `Write ${isoSeconds(Math.floor(value))}` : undefined;
  if (!isText(value)) return undefined;
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return `Write ${value}T00:00:00Z`;
  const milliseconds = /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
  const utc = Number.isNaN(milliseconds) ? undefined : isoSeconds(Math.floor(milliseconds / 1000));
  return utc === undefined || utc === value ? undefined : `Write ${utc}`;
}

function sourceHint(value: unknown): string | undefined {
  if (!isText(value)) return undefined;
  if (/^[A-Za-z]:/.test(value)) return "Write it relative to the manifest's folder, without a drive.";
  if (value.includes("\\")) return `Write ${value.replaceAll("\\", "/")}`;
  if (value.startsWith("/"))
    return "Write it relative to the manifest's folder; a release cannot depend on one machine's files.";
  if (value.startsWith("./")) return `Write ${value.slice(2)}`;
  if (/.\/\.\.(?:\/|$)/.test(value)) return "Only the beginning of the path may be ../";
  return value.endsWith("/") ? "It names a folder; list each file." : undefined;
}

function installedHint(value: unknown): string | undefined {
  if (!isText(value)) return undefined;
  if (value.includes("\\")) return `Write ${value.replaceAll("\\", "/")}`;
  if (value.startsWith("/")) return `Leave out the leading slash: ${value.replace(/^\/+/, "")}`;
  if (value.startsWith("./")) return `Leave out the leading ./: ${value.slice(2)}`;
  if (value.split("/").includes("..")) return "An installed path cannot go up.";
  if (value.startsWith("usr/local/"))
    return "usr/local belongs to the machine's administrator; packages install in usr.";
  if (value.startsWith("etc/"))
    return "A file below etc/ is configuration: list it there, so that upgrades keep what users edit.";
  if (value.startsWith("usr/"))
    return value.endsWith("/") ? "It names a folder; end it with the file's name." : undefined;
  return "Configuration goes below etc/, everything else below usr/.";
}

const systemNames: ReadonlyMap<string, string> = new Map([
  ["darwin", "macos"],
  ["osx", "macos"],
  ["win32", "windows"],
  ["wsl", "linux"],
]);

function systemHint(value: unknown): string | undefined {
  const known = isText(value) ? systemNames.get(value.toLowerCase()) : undefined;
  return known === undefined ? didYouMean(value, ["linux", "macos", "windows"]) : `Write ${known}`;
}

/** A hook was once named by the system alone, and a shell by itself. */
function hooksHint(value: unknown): string | undefined {
  return isText(value) ? `Say when it runs: post-install: ${value}` : undefined;
}

/** `path` names a folder of a payload, a socket, or a configuration file of an earlier version. */
function pathHint(value: unknown, _written: string, path: Path): string | undefined {
  if (!isText(value)) return undefined;
  if (path[0] === "retired-configuration") return installedHint(value);
  return value.startsWith("/var/run/") ? `Write ${value.slice("/var".length)}` : sourceHint(value);
}

function licenceHint(value: unknown): string | undefined {
  if (!isText(value)) return undefined;
  const operators = /^(?:AND|OR|WITH)$/;
  const words = value.split(/[\s()]+/).filter((word) => word !== "");
  if (words.some((word) => /^(?:and|or|with)$/.test(word))) return "Write AND, OR and WITH in capitals.";
  const unknown = words.find((word) => !operators.test(word) && !knownLicences.includes(word.replace(/\+$/, "")));
  const joined = words.some((word) => operators.test(word)) ? unknown : words.join("-");
  const folded = new Map(knownLicences.map((id) => [id.toLowerCase(), id]));
  const meant = folded.get(joined === undefined ? "" : (nearest(joined, [...folded.keys()]) ?? ""));
  if (meant !== undefined) return `Did you mean ${meant}?`;
  return "Names are those of the SPDX licence list; join them with AND, OR and WITH.";
}

function booleanHint(value: unknown): string | undefined {
  if (!isText(value)) return undefined;
  if (/^(?:true|yes|on)$/i.test(value)) return "Write true, without quotes (YAML 1.2 knows no yes and on).";
  return /^(?:false|no|off)$/i.test(value) ? "Write false, without quotes (YAML 1.2 knows no no and off)." : undefined;
}

function didYouMean(value: unknown, candidates: readonly string[]): string | undefined {
  const meant = isText(value) ? nearest(value, candidates) : undefined;
  return meant === undefined ? undefined : `Did you mean ${meant}?`;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
