import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { dev, type Mover, type PhaseName, stable } from "./phases.ts";

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
/** What every update of a stack that moves a channel does, whatever its kind. */
function moving({ stack, channel }: Mover): readonly [Point, ...Point[]] {
  const suite = `bucket/dists/${channel}`;
  return [
    written("InRelease", `${suite}/InRelease`),
    listed("channel entry", "bucket/channels/alpha", new RegExp(`^[0-9a-f]{64}\\.${channel}\\.json$`)),
    listed("role", "bucket/tuf", new RegExp(`\\.alpha-${channel}\\.json$`)),
    listed("snapshot", "bucket/tuf", /\.snapshot\.json$/),
    written("timestamp", "bucket/tuf/timestamp.json"),
    written("channel copy", `bucket/channels/alpha/${channel}.json`),
    listed("by-hash", `${suite}/main/binary-amd64/by-hash/SHA256`, /./),
    written("Packages", `${suite}/main/binary-amd64/Packages`),
    written("Packages.zst of the other machine", `${suite}/main/binary-arm64/Packages.zst`),
    written("Release", `${suite}/Release`),
    written("Release.gpg", `${suite}/Release.gpg`),
    listed("engine's lock", `state/.pulumi/locks/organization/slipway/${stack}`, /./),
    written("state", `state/.pulumi/stacks/slipway/${stack}.json`),
    listed("engine's history", `state/.pulumi/history/slipway/${stack}`, /./),
  ];
}

/** What users find a suite by: written with the first update of its stack. */
function sources({ channel }: Mover): Point {
  return written("sources file", `bucket/dists/team-${channel}.sources`);
}

/** What can be seen of each kind of update. */
export const points: Readonly<Record<PhaseName, readonly [Point, ...Point[]]>> = {
  "first release": [sources(dev), ...trust, ...artifacts, ...moving(dev)],
  upgrade: [...moving(dev), ...artifacts],
  rollback: moving(dev),
  "first promotion": [
    sources(stable),
    listed("keyring's channel entry", "bucket/channels/team-archive-keyring", /^[0-9a-f]{64}\.stable\.json$/),
    ...moving(stable),
  ],
  promotion: moving(stable),
  "way back": moving(stable),
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
