/** One bar; ours stands out by its colour. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly ours: boolean;
  /** What is written at its end. */
  readonly text: string;
}

export interface Chart {
  readonly title: string;
  /** What the length of a bar is: `seconds, logarithmic`. */
  readonly axis: string;
  readonly groups: readonly { readonly label: string; readonly bars: readonly Bar[] }[];
}

const width = 800;
const left = 290;
const right = 90;
const barHeight = 18;
const barGap = 4;
const groupHead = 26;
const groupGap = 10;
const top = 52;

/** Colours that keep their contrast on the light and on the dark page of a forge. */
const style = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
  .title { font-size: 15px; font-weight: 600; }
  .group { font-weight: 600; }
  .axis, .tick { fill: #59636e; }
  .line { stroke: #d1d9e0; }
  .ours { fill: #0969da; }
  .peer { fill: #9aa4af; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .axis, .tick { fill: #9198a1; }
    .line { stroke: #3d444d; }
    .ours { fill: #4493f8; }
    .peer { fill: #656c76; }
  }`;

/** A chart of horizontal bars in groups, on a logarithmic scale from a power of ten to the next one up, as SVG. */
export function barChart({ title, axis, groups }: Chart): string {
  const values = groups.flatMap((group) => group.bars.map((bar) => bar.value));
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...values))));
  const x = (value: number) => left + ((Math.log10(value) - lowest) / (highest - lowest)) * (width - left - right);
  const parts: string[] = [];
  let y = top;
  for (const group of groups) {
    parts.push(text("group", 8, y + 16, group.label));
    y += groupHead;
    for (const bar of group.bars) {
      const end = Math.max(x(bar.value), left + 2);
      const kind = bar.ours ? "ours" : "peer";
      parts.push(text("", left - 8, y + 13, bar.label, "end"));
      parts.push(
        `<rect class="${kind}" x="${left}" y="${y}" width="${fixed(end - left)}" height="${barHeight}" rx="2"/>`,
      );
      parts.push(text("", end + 6, y + 13, bar.text));
      y += barHeight + barGap;
    }
    y += groupGap;
  }
  const ticks = Array.from({ length: highest - lowest + 1 }, (_, index) => 10 ** (lowest + index)).flatMap((value) => [
    `<line class="line" x1="${fixed(x(value))}" y1="${top}" x2="${fixed(x(value))}" y2="${y}"/>`,
    text("tick", x(value), y + 16, `${Number(value.toPrecision(1))}`, "middle"),
  ]);
  const height = y + 44;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${style}\n</style>`,
    text("title", 8, 24, title),
    ...ticks,
    ...parts,
    text("axis", left, y + 36, axis),
    "</svg>",
  ].join("\n")}\n`;
}

function text(kind: string, x: number, y: number, content: string, anchor = "start"): string {
  const named = kind === "" ? "" : ` class="${kind}"`;
  const anchored = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  return `<text${named} x="${fixed(x)}" y="${y}"${anchored}>${escaped(content)}</text>`;
}

function fixed(value: number): string {
  return `${Math.round(value * 10) / 10}`;
}

function escaped(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
