import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { PhaseName } from "./phases.ts";

/**
 * A moment of an update that can be seen from outside: something appeared in the bucket or the state. `look` describes
 * what is there now; the moment has come when the answer is no longer the one of before.
 */
export interface Point {
  readonly name: string;
  look(folder: string): string;
}

/** Names in a folder of the bucket that match, as one text; the folder may have one `*` segment. */
function listed(name: string, folder: string, pattern: RegExp): Point {
  return {
    name,
    look: (checkout) =>
      foldersOf(join(checkout, ".slipway"), folder.split("/"))
        .flatMap((it) => namesIn(it, pattern))
        .join(" "),
  };
}

/** Which file an object is, and when it was written. */
function written(name: string, file: string): Point {
  return {
    name,
    look: (checkout) => {
      const found = statSync(join(checkout, ".slipway", file), { throwIfNoEntry: false, bigint: true });
      return found === undefined ? "" : `${found.ino} ${found.mtimeNs}`;
    },
  };
}

const artifacts = [
  listed("artifact", "bucket/releases/alpha/*", /\.deb$/),
  listed("inventory", "bucket/releases/alpha/*/inventory", /\.json$/),
  listed("record", "bucket/releases/alpha/*", /^release\.json$/),
  listed("sums", "bucket/releases/alpha/*", /^SHA256SUMS$/),
  listed("metadata", "bucket/releases/alpha/*", /^metadata\.json$/),
  listed("sums signature", "bucket/releases/alpha/*/SHA256SUMS.sig", /./),
];
const trust = [
  listed("root", "bucket/tuf", /\.root\.json$/),
  listed("targets", "bucket/tuf", /\.targets\.json$/),
  listed("keys", "bucket/keys", /\.(?:asc|gpg)$/),
  written("TUF root to trust", "bucket/keys/tuf-root.json"),
];
const pointers = [
  listed("channel entry", "bucket/channels/alpha", /^[0-9a-f]{64}\.dev\.json$/),
  listed("role", "bucket/tuf", /\.alpha-dev\.json$/),
  listed("snapshot", "bucket/tuf", /\.snapshot\.json$/),
  written("timestamp", "bucket/tuf/timestamp.json"),
  written("channel copy", "bucket/channels/alpha/dev.json"),
  listed("by-hash", "bucket/dists/dev/main/binary-amd64/by-hash/SHA256", /./),
  written("Packages", "bucket/dists/dev/main/binary-amd64/Packages"),
  written("Packages.zst of the other machine", "bucket/dists/dev/main/binary-arm64/Packages.zst"),
  written("Release", "bucket/dists/dev/Release"),
  written("Release.gpg", "bucket/dists/dev/Release.gpg"),
  written("InRelease", "bucket/dists/dev/InRelease"),
];
const state = [
  listed("engine's lock", "state/.pulumi/locks/organization/slipway/dev", /./),
  written("state", "state/.pulumi/stacks/slipway/dev.json"),
  listed("engine's history", "state/.pulumi/history/slipway/dev", /./),
];

/** What can be seen of each kind of update. */
export const points: Readonly<Record<PhaseName, readonly [Point, ...Point[]]>> = {
  "first release": [
    written("sources file", "bucket/dists/team-dev.sources"),
    ...trust,
    ...artifacts,
    ...pointers,
    ...state,
  ],
  upgrade: [written("InRelease", "bucket/dists/dev/InRelease"), ...artifacts, ...pointers, ...state],
  rollback: [written("InRelease", "bucket/dists/dev/InRelease"), ...pointers, ...state],
};

function foldersOf(top: string, [segment, ...rest]: readonly string[]): readonly string[] {
  if (segment === undefined) return [top];
  const next = segment === "*" ? namesIn(top, /./) : [segment];
  return next.flatMap((name) => foldersOf(join(top, name), rest));
}

function namesIn(folder: string, pattern: RegExp): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => pattern.test(name));
  } catch {
    // Not there yet, or no folder.
    return [];
  }
}
