import { everyByte, type Group, idle, type Measured, ours, type Results, second } from "./results.ts";

/** Something that the project promises of its speed, and what one run says to it. */
export interface Verdict {
  readonly promise: string;
  readonly found: string;
  readonly holds: boolean;
}

/** What macOS and Windows install or unpack: written in 300 MB of memory. */
const installers: readonly string[] = [".pkg", ".msi", ".zip"];

const ratio = (value: number) => value.toFixed(2);

/** Holds the results against what is promised; a promise whose programs or sizes were not measured is left out. */
export function verdicts(results: Results): readonly Verdict[] {
  const packages = results.groups.filter((group) => group.kind === "format" && group.size === 130);
  const found = packages.flatMap((group) => [
    ...compare(group, "nfpm", "no slower than nfpm, and no larger", 1, 1),
    ...(group.title === ".deb xz"
      ? compare(group, "dpkg-deb -Zxz", "1.2 times dpkg-deb at most, 1.02 times its size", 1.2, 1.02)
      : []),
    ...compare(group, "zstd -9", "1.5 times the zstd program at most, same level and threads", 1.5),
    ...(group.title === ".deb xz" ? memory(group, 450) : []),
    ...compare(group, "wixl", "half of wixl's time at most, and no larger", 0.5, 1),
    ...(installers.includes(group.title)
      ? [...compare(group, "bsdtar", "no slower than bsdtar with the same archives", 1), ...memory(group, 286)]
      : []),
  ]);
  const large = results.groups.filter((group) => group.kind === "format" && group.size === 1000);
  const many = results.groups.filter((group) => group.kind === "index" && group.size === 10_000);
  const index = many.flatMap((group) =>
    compare(group, "apt-ftparchive, warm", "no slower than apt-ftparchive, warm cache, uncompressed index alone", 1),
  );
  const previews = results.groups.filter((group) => group.title === "preview with nothing to do" && group.size === 130);
  const preview = previews.flatMap((group) =>
    compare(group, "bare", "1.5 times a bare Pulumi program with as many resources", 1.5),
  );
  const promotions = results.groups.filter(({ kind, title }) => kind === "promotion" && !title.endsWith(everyByte));
  const promoted = promotions.flatMap((group) =>
    compare(group, idle, `twice an update with nothing to do at most, ${group.size} published`, 2),
  );
  const grown = results.groups.filter(({ kind }) => kind === "s3").flatMap(growth);
  return [...found, ...large.flatMap((group) => memory(group, 256)), ...index, ...preview, ...promoted, ...grown];
}

/** However many versions a bucket has, the next costs what the second did. */
function growth(group: Group): Verdict[] {
  const [mine, other] = [rowOf(group, ours), rowOf(group, second)];
  if (mine?.requests === undefined || other?.requests === undefined) return [];
  const [time, requests] = [mine.seconds / other.seconds, mine.requests / other.requests];
  return [
    {
      promise: `one more version in a bucket of S3: 1.5 times the second's time and requests at most, ${group.size} published`,
      found: `${ratio(time)} of its time, ${ratio(requests)} of its requests`,
      holds: time <= 1.5 && requests <= 1.5,
    },
  ];
}

function compare(group: Group, peerName: string, promise: string, slower: number, larger?: number): Verdict[] {
  const [mine, peer] = [rowOf(group, ours), rowOf(group, peerName)];
  if (mine === undefined || peer === undefined) return [];
  const time = mine.seconds / peer.seconds;
  const size =
    larger === undefined || mine.bytes === undefined || peer.bytes === undefined ? undefined : mine.bytes / peer.bytes;
  return [
    {
      promise: `${group.title}: ${promise}`,
      found: `${ratio(time)} of its time${size === undefined ? "" : `, ${size.toFixed(3)} of its size`}`,
      holds: time <= slower && (size === undefined || larger === undefined || size <= larger),
    },
  ];
}

function memory(group: Group, limit: number): Verdict[] {
  const mine = rowOf(group, ours);
  if (mine === undefined) return [];
  const promise = `${group.title}, ${group.size} MB: ${limit} MiB of memory at most`;
  return [{ promise, found: `${mine.peakMiB} MiB`, holds: mine.peakMiB <= limit }];
}

function rowOf(group: Group, start: string): Measured | undefined {
  return group.rows.find((row) => row.program.startsWith(start));
}
