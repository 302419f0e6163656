import type { RecordedArtifact, ReleaseRecord } from "../record/record.ts";
import { compareVersions, versionFor } from "../version.ts";

/** A way from one version to another, as users of a platform meet it. */
interface Way {
  /** What is served until now, and what will be. */
  readonly from: string;
  readonly to: string;
  /** Debian packages of the release that will be served. */
  readonly packages: readonly string[];
  /** The .msi of the release that will be served, where it has one. */
  readonly msi: Pick<RecordedArtifact, "rollback"> | undefined;
}

/** The installers of one kind of user; the same sentences for each of them. */
type Channel = "apt" | "downloads" | "msi";

const channelOf: Readonly<Record<RecordedArtifact["format"], Channel>> = {
  deb: "apt",
  "tar.zst": "downloads",
  "tar.gz": "downloads",
  zip: "downloads",
  msi: "msi",
  pkg: "downloads",
};

const sentences: Readonly<Record<Channel, (way: Way) => readonly string[]>> = {
  apt: (way) => [...aptSentences(way), ...downgradeSentences(way)],
  downloads: ({ from, to }) => [
    `scripts and pages that ask the channel get ${to}; what was downloaded or unpacked of ${from} stays as it is`,
  ],
  msi: msiSentences,
};

/** Lines of what users of each platform get when a channel goes to another version, by the formats that either release has. */
export function whatUsersGet(
  from: { readonly version: string; readonly record: ReleaseRecord | undefined },
  to: { readonly version: string; readonly record: ReleaseRecord | undefined },
): readonly string[] {
  const artifacts = [...(from.record?.artifacts ?? []), ...(to.record?.artifacts ?? [])];
  const channels = new Set(artifacts.map(({ format }) => channelOf[format]));
  const way = { from: from.version, to: to.version, packages: packagesOf(to.record), msi: msiOf(to.record) };
  return [...channels].sort().flatMap((channel) => {
    return sentences[channel](way).map((sentence, at) => `  ${(at === 0 ? channel : "").padEnd(9)}   ${sentence}`);
  });
}

function aptSentences({ from, to, packages }: Way): readonly string[] {
  if (packages.length === 0)
    return [`new installs find no package: ${to} has none; machines that have ${from} keep it`];
  if (compareVersions(from, to) < 0)
    return [`machines that have ${from} upgrade to ${to} with their next apt upgrade; new installs get ${to}`];
  if (compareVersions(from, to) === 0)
    return [`new installs get the earlier bytes of ${to}; to apt both are the same version`];
  return [`new installs get ${to}; machines that have ${from} keep it (apt never downgrades)`];
}

function downgradeSentences({ from, to, packages }: Way): readonly string[] {
  if (packages.length === 0 || compareVersions(from, to) <= 0) return [];
  const wanted = packages.map((name) => `${name}=${versionFor("debian", to)}`).join(" ");
  return [
    "to bring them back too: release the old content under a higher version, or on each machine",
    `apt install --allow-downgrades ${wanted}`,
  ];
}

function msiSentences({ from, to, msi }: Way): readonly string[] {
  if (msi === undefined) return [`new installs find no .msi: ${to} has none; machines that have ${from} keep it`];
  const order = compareVersions(from, to);
  if (order < 0)
    return [`new installs get ${to}; machines that have ${from} keep it until somebody runs the .msi of ${to}`];
  if (order === 0)
    return [`new installs get the earlier bytes of ${to}; the .msi replaces the one of the same version`];
  if (msi.rollback === true)
    return [
      `new installs get ${to}; machines that have ${from} keep it until somebody runs the .msi of ${to}, a rollback build`,
    ];
  return [
    `new installs get ${to}; machines that have ${from} keep it, and the .msi of ${to} refuses to replace it`,
    `to bring them back too: remove ${from} on each machine first, or release the old content with rollback: true`,
  ];
}

function msiOf(record: ReleaseRecord | undefined): RecordedArtifact | undefined {
  return record?.artifacts.find(({ format }) => format === "msi");
}

function packagesOf(record: ReleaseRecord | undefined): readonly string[] {
  const names = (record?.artifacts ?? []).flatMap(({ control = [] }) =>
    control.flatMap(([field, value]) => (field === "Package" ? [value] : [])),
  );
  return [...new Set(names)].sort();
}
