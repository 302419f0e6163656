import { z } from "zod";
import { isoSeconds } from "../clock.ts";
import { isSpdxExpression } from "../spdx.ts";
import { isVersion } from "../version.ts";
import { whyNotWindowsName } from "../windows-name.ts";
import { fileNameOf, isUnreadArchive } from "./archive-name.ts";

/**
 * A text with a rule. `expected` completes the sentence "FIELD: expected ..., found ..." and is what an editor shows.
 */
export function text(expected: string, pattern: RegExp): z.ZodString {
  return z.string({ error: expected }).regex(pattern, { error: expected }).describe(expected);
}

/** A map with known keys only. For an unknown key the message is the list of the known ones. */
export function record<S extends z.core.$ZodLooseShape>(expected: string, shape: S): z.ZodObject<S, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? Object.keys(shape).join(", ") : expected),
  });
}

export function list<T extends z.core.SomeType>(expected: string, item: T): z.ZodArray<T> {
  return z.array(item, { error: expected });
}

/** A list that must have something in it. */
export function filledList<T extends z.core.SomeType>(expected: string, item: T): z.ZodArray<T> {
  return list(expected, item).min(1, { error: expected });
}

export function oneOf<const T extends readonly string[]>(names: T): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(names, { error: `one of: ${names.join(", ")}` });
}

/**
 * Characters that end lines in control files, units and terminals, and halves of a character. Written as ranges, which
 * editors read in the JSON Schema; few of them know `\\p{Cc}`.
 */
const control = "\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ud800-\\udfff";

/** One line without blanks at its ends and without the letters in `barred` (a piece of a character class). */
function oneLine(most: number, barred = "", barredAtEnd = barred): RegExp {
  return new RegExp(`^(?! )[^${control}${barred}]{0,${most - 1}}[^${control}${barredAtEnd} ]$`, "u");
}

/** At most `most` letters in one line. */
export function sentence(what: string, most: number): z.ZodString {
  return text(`${what} in one line of at most ${most} letters`, oneLine(most));
}

const folderName = "the name of a folder that Windows allows, at most 64 letters";
/** The name of one folder. The pattern is what an editor can check; names of devices are refused here. */
export const windowsFolder = text(folderName, oneLine(64, '<>:"/\\\\|?*', '<>:"/\\\\|?*.')).refine(
  (name) => whyNotWindowsName(name) === undefined,
  { error: folderName },
);

export const productId = text(
  "lower-case letters, digits, dots and dashes, starting with a letter or digit, at most 64",
  /^[a-z0-9][a-z0-9.-]{0,63}$/,
).refine((id) => !id.endsWith("-archive-keyring"), {
  error: "a name that does not end in -archive-keyring (the keyring is a product that Slipway makes)",
});

const semantic = 'a semantic version such as "1.4.0" or "1.4.0-rc.1"';
/** semver.org's own expression, without build metadata: the folder of a development release has its own suffix. */
export const version = text(
  semantic,
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?$/,
).refine(isVersion, { error: `${semantic}, with smaller numbers` });

const instant = "a UTC time in whole seconds between 1980 and 2099, such as 2025-08-12T23:48:13Z";
/** From 1980, where the dates in zip and cabinet files begin, to before the 32-bit times in gzip end (2106). */
export const epoch = text(instant, /^(19[89]\d|20\d\d)-\d\d-\d\dT\d\d:\d\d:\d\dZ$/).refine(isRealTime, {
  error: instant,
});

function isRealTime(value: string): boolean {
  const milliseconds = Date.parse(value);
  return !Number.isNaN(milliseconds) && isoSeconds(milliseconds / 1000) === value;
}

/** Debian Policy 3.4.1 and lintian: at most 80 characters, not a sentence. */
export const summary = text(
  "a phrase in one line of at most 80 letters, without a full stop at the end",
  oneLine(80, "", "."),
);

export const homepage = text(
  "an https address",
  /^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:[/?#][!-~]*)?$/,
);
export const email = text("an e-mail address", /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/);
/** Debian Policy 5.6.2: the name stands before `<address>`; commas and angle brackets would break it. */
export const personName = text("a name in one line, without < > @ , or quotes", oneLine(200, '<>@,"'));
const expression = 'an SPDX licence expression such as "MIT" or "MIT OR Apache-2.0"';
/** The pattern is what an editor can check; that every name is one of the SPDX list is checked here. */
export const spdx = text(expression, /^[A-Za-z0-9.+:() -]{1,200}$/).refine(isSpdxExpression, { error: expression });

/** `..` may only lead: where that ends, and that it stays inside the project, is checked where the file is read. */
function sourcePattern(ending: string): RegExp {
  const segment = `(?!\\.{1,2}(?:/|$))[^${control}\\\\/:*?"<>|]+`;
  return new RegExp(`^(?:\\.\\./)*${segment}(?:/${segment})*${ending}$`, "u");
}

export const source = text("a path from the manifest's folder, with forward slashes", sourcePattern(""));

export function sourceEnding(ending: string, pattern: string): z.ZodString {
  return text(`a path from the manifest's folder that ends in ${ending}`, sourcePattern(`(?<=${pattern})`));
}

const segment = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._+@=,~%-]+";
/** Filesystem Hierarchy Standard: packages install below /usr and /etc; /usr/local is the administrator's. */
export const installed = text(
  "an installed path below usr/ (not usr/local/) such as usr/share/runtime/logo.svg",
  new RegExp(`^usr/(?!local(?:/|$))${segment}(?:/${segment})*$`),
);
export const installedConfig = text(
  "an installed path below etc/ such as etc/runtime/runtime.toml",
  new RegExp(`^etc/${segment}(?:/${segment})*$`),
);

/** DEP-5: `*` stands for any letters, slashes too, and `?` for one. */
export const filePattern = text(
  "an installed path below usr/ or etc/, in which * stands for any letters",
  /^(?:usr|etc)\/(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._+@=,~%*?/-]+$/,
);

export const mode = text('an octal string of four digits such as "0644"', /^[0-7]{4}$/);
/** systemd.io/USER_NAMES and useradd(8): what every tool takes. */
export const account = text("the name of a user or group, such as root or _runtime", /^[a-z_][a-z0-9_-]{0,30}$/);
export const command = text("the name of a command, such as runtime", /^[a-z0-9][a-z0-9._+-]{0,63}$/);
export const serviceName = text(
  "the name of a service, such as runtime, or runtime@ for a template",
  /^[a-z0-9][a-z0-9._+-]{0,62}@?$/,
);
export const completedCommand = text("a command, such as runtime", /^[a-z0-9][a-z0-9._+-]{0,63}$/);
/** systemd.unit(5) allows backslashes too; they would have to be kept from every shell on the way. */
export const instance = text(
  "the name of an instance: letters, digits and : _ . -",
  /^[A-Za-z0-9][A-Za-z0-9:_.-]{0,63}$/,
);
export const flagName = text("lower-case words joined by dashes", /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/);

/** sockaddr_un holds 108 bytes with the final zero (unix(7)). */
export const socketPath = text(
  "an absolute path below /run/, at most 107 letters",
  new RegExp(`^(?=.{1,107}$)/run/${segment}(?:/${segment})*$`),
);

/** Debian Policy 7.1: alternatives, a version in brackets, no substitution variables. */
export const dependency = text(
  'a Debian dependency such as "libc6 (>= 2.31)"',
  /^[a-z0-9][a-z0-9+.-]+(?: \((?:<<|<=|=|>=|>>) [A-Za-z0-9.+~:-]+\))?(?: \| [a-z0-9][a-z0-9+.-]+(?: \((?:<<|<=|=|>=|>>) [A-Za-z0-9.+~:-]+\))?)*$/,
);

/** A uniform type identifier (RFC 1034 names in reverse order): a receipt, services and their files are named by it. */
export const packageIdentifier = text(
  "a domain's name in reverse order, such as dev.courier.runtime",
  /^(?=.{3,128}$)[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)+$/,
);
export const macosVersion = text('a version of macOS in quotes, such as "12.0"', /^[1-9]\d(?:\.\d{1,2}){1,2}$/);

export const npmPackage = text(
  "the name of an npm package",
  /^(?=.{1,214}$)(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/,
);

const exact = 'an exact version such as "0.25.9"';
export const npmVersion = z.string({ error: exact }).refine(isVersion, { error: exact }).describe(exact);

/** 64 bytes are 86 letters of base64 and two `=`; the last letter carries two bits (W3C SRI, RFC 4648 §3.5). */
export const integrity = text("sha512- and 88 letters of base64", /^sha512-[A-Za-z0-9+/]{85}[AQgw]==$/);

export const sha256 = text("64 hexadecimal digits in lower case", /^[0-9a-f]{64}$/);

/**
 * Bytes. Four gibibytes is where plain zip entries, `.msi` and many file systems end: no program is that large, and a
 * server that sends more is not sending the payload.
 */
export const largestPayload = 2 ** 32;
const bytes = `a number of bytes between 1 and ${largestPayload}`;
export const payloadSize = z.int({ error: bytes }).min(1, { error: bytes }).max(largestPayload, { error: bytes });

const percent = "a whole number of percent from 0 to 1000";
export const growth = z.int({ error: percent }).min(0, { error: percent }).max(1000, { error: percent });

const address = "an https address that ends in a file's name, without a user, a password or #";
/** Plain http is for a server on this machine alone, as tests have it. RFC 3986 §2: what must be written as %XX is not here. */
export const payloadUrl = text(
  address,
  /^(?=.{1,2000}$)(?:https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]))(?::\d{1,5})?\/(?:[\w.~!$&'()*+,;=:@%-]*\/)*[\w.~!$&'()*+,;=:@%-]+(?:\?[\w.~!$&'()*+,;=:@%/?-]*)?$/,
)
  .refine((value) => URL.canParse(value), { error: address })
  .refine((value) => !isUnreadArchive(fileNameOf(value)), {
    error: "the address of a program, or of an archive that is read: .tar, .tar.gz, .tar.xz, .tar.zst, .zip",
  });
