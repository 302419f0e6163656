import { barChart, type Chart } from "./chart.ts";
import { verdicts } from "./promises.ts";
import { type Group, type Measured, ours, type Results } from "./results.ts";

/** The page and its plots by their path below `docs/`: a function of the results and nothing else. */
export function pageFiles(results: Results): Readonly<Record<string, string>> {
  const plots = chartsOf(results);
  return {
    "benchmarks.md": page(results, plots),
    ...Object.fromEntries(plots.map(({ name, chart }) => [`benchmarks/${name}.svg`, barChart(chart)])),
  };
}

interface Plot {
  readonly name: string;
  readonly chart: Chart;
}

function page(results: Results, plots: readonly Plot[]): string {
  const { machine, programs, quick } = results;
  const peers = Object.entries(programs);
  const there = peers.flatMap(([name, version]) => (version === null ? [] : [`${name} ${version}`]));
  const missing = peers.flatMap(([name, version]) => (version === null ? [name] : []));
  const judged = verdicts(results);
  return `${[
    "# Benchmarks",
    "Written by `npm run bench`; not by hand. `npm run bench -- --quick` takes the small sizes only, `-- --page` writes this " +
      "page anew from [the results](benchmarks/results.json) without measuring.",
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}. ` +
      `Load average before and after: ${machine.load.before} and ${machine.load.after}.${againText(results)}${quick ? " A quick run." : ""} ` +
      `Compared with ${there.join(", ") || "nothing"}.${missing.length === 0 ? "" : ` Not installed: ${missing.join(", ")}.`}`,
    "Figures are of whole processes, ours with the start of Node, by GNU time: medians of runs in turns. *Processor* is user " +
      "and system time together, *memory* the peak of the process that took most, *ratio* ours to theirs (below 1 we are faster).",
    ...(judged.length === 0 ? [] : ["## What is promised", verdictTable(judged)]),
    "## Packages",
    "The payload is one program: the locked Node's binary, as often as it takes. Peers write the same content with the same " +
      "level where they let one choose (nfpm and wixl do not).",
    ...plots.filter(({ name }) => name.startsWith("packages")).map(image),
    ...sections(results, "format", "MB"),
    "## One more package in an apt repository",
    "Ours writes the indices of the whole suite, compresses, hashes and signs them. apt-ftparchive writes the uncompressed index and no " +
      "more; reprepro and aptly do not sign here.",
    ...plots.filter(({ name }) => name.startsWith("index")).map(image),
    ...sections(results, "index", "packages"),
    "## The whole dev release",
    "On the real engine, one target as `.tar.zst` and zstd `.deb`. The bare program has as many components and dynamic " +
      "resources as the release, and does nothing.",
    ...sections(results, "release", "MB"),
    ...promotionSection(results),
    ...s3Section(results),
  ].join("\n\n")}\n`;
}

/** Results of before there were promotions have none. */
function promotionSection(results: Results): readonly string[] {
  const tables = sections(results, "promotion", "versions");
  if (tables.length === 0) return [];
  return [
    "## Promotion and the way back",
    "On the real engine: a release stack points its channel at a version that the candidate channel lists, or back at the one " +
      "before, after so many versions in both channels. The ratio is to an update of the same stack that has nothing to do.",
    ...tables,
  ];
}

/** Results of before there were buckets of S3 have none. */
function s3Section(results: Results): readonly string[] {
  const tables = sections(results, "s3", "versions");
  if (tables.length === 0) return [];
  return [
    "## One more version in a bucket of S3",
    "On the real engine, an update of a dev stack that publishes one more version of a small product into a bucket that has so many, beside " +
      "one that publishes the second. The bucket is a stand-in on this machine, and requests are counted on the way to it.",
    ...tables,
  ];
}

function verdictTable(judged: ReturnType<typeof verdicts>): string {
  return table(
    ["promise", "found", "holds"],
    judged.map(({ promise, found, holds }) => [promise, found, holds ? "yes" : "**no**"]),
  );
}

function sections({ groups }: Results, kind: Group["kind"], unit: string): readonly string[] {
  const found = groups.filter((group) => group.kind === kind);
  const sized = found.some((group) => group.rows.some((row) => row.bytes !== undefined));
  const asked = found.some((group) => group.rows.some((row) => row.requests !== undefined));
  const head = [
    "",
    `${unit}`,
    "program",
    "seconds",
    "ratio",
    "processor",
    "memory",
    ...(sized ? ["size"] : []),
    ...(asked ? ["requests"] : []),
  ];
  const lines = found.flatMap((group) =>
    group.rows.map((row, at) => [
      at === 0 ? group.title : "",
      at === 0 ? count(group.size) : "",
      row.program === ours ? `**${ours}**` : row.program,
      seconds(row.seconds),
      row.program === ours ? "" : ratioOf(group, row),
      seconds(row.cpuSeconds),
      `${row.peakMiB} MiB`,
      ...(sized ? [row.bytes === undefined ? "" : `${(row.bytes / 1e6).toFixed(2)} MB`] : []),
      ...(asked ? [row.requests === undefined ? "" : count(row.requests)] : []),
    ]),
  );
  return lines.length === 0 ? [] : [table(head, lines)];
}

function againText({ again = {} }: Results): string {
  const parts = Object.entries(again).map(([kind, { before, after }]) => `${kind}: ${before} and ${after}`);
  return parts.length === 0 ? "" : ` Measured again by itself, with this load: ${parts.join("; ")}.`;
}

function ratioOf(group: Group, row: Measured): string {
  const mine = group.rows.find(({ program }) => program === ours);
  return mine === undefined ? "" : (mine.seconds / row.seconds).toFixed(2);
}

function chartsOf({ groups }: Results): readonly Plot[] {
  const packages = groups.filter(({ kind }) => kind === "format");
  const indices = groups.filter(({ kind }) => kind === "index");
  const sizes = [...new Set(packages.map(({ size }) => size))];
  const shown = sizes.includes(130) ? 130 : Math.max(...sizes);
  const time = (row: Measured) => ({ value: Math.max(row.seconds, 0.01), text: `${seconds(row.seconds)} s` });
  const memory = (row: Measured) => ({ value: Math.max(row.peakMiB, 1), text: `${row.peakMiB} MiB` });
  const grouped = (of: readonly Group[], unit: string, bar: typeof time) =>
    of.map(({ title, size, rows }) => ({
      label: `${title}, ${count(size)} ${unit}`,
      bars: rows.map((row) => ({ label: row.program, ours: row.program === ours, ...bar(row) })),
    }));
  const ofShown = packages.filter(({ size }) => size === shown);
  const plots: Plot[] = [];
  if (packages.length > 0) {
    const large = packages.filter(({ size }) => size === Math.max(...sizes));
    plots.push(
      plot("packages-time", "Time to write a package", "seconds, logarithmic", grouped(ofShown, "MB", time)),
      plot("packages-memory", "Peak memory with the largest payload", "MiB, logarithmic", grouped(large, "MB", memory)),
    );
  }
  if (indices.length > 0)
    plots.push(
      plot("index-time", "Time for one more package", "seconds, logarithmic", grouped(indices, "published", time)),
    );
  return plots;
}

function plot(name: string, title: string, axis: string, groups: Chart["groups"]): Plot {
  return { name, chart: { title, axis, groups } };
}

function image({ name, chart }: Plot): string {
  return `![${chart.title}](benchmarks/${name}.svg)`;
}

function seconds(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(1);
}

/** `10,000`, whatever the locale. */
function count(value: number): string {
  return `${value}`.replace(/\B(?=(\d{3})+$)/g, ",");
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...lines.map(row)].join("\n");
}
