import { sizeText } from "../cli/table.ts";
import { html, type Markup } from "./markup.ts";

/** Bytes by version, oldest first; undefined where a version has none. */
export interface Series {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
}

interface Shape {
  readonly width: number;
  readonly height: number;
  readonly label: string;
}

const margin = { top: 10, right: 14, bottom: 26, left: 58 } as const;
/** Parts of the axis of sizes. */
const steps = 4;
/** Room of a version's label, in units of the plot. */
const labelWidth = 74;

/** Lines of sizes over versions, from zero on, so that a height is a size. Colours and dashes are those of the style. */
export function sizePlot(
  versions: readonly string[],
  series: readonly Series[],
  { width, height, label }: Shape,
): Markup {
  const largest = Math.max(1, ...series.flatMap(({ values }) => values.filter((value) => value !== undefined)));
  const top = roundUp(largest);
  const [right, bottom] = [width - margin.right, height - margin.bottom];
  const x = (at: number) => coordinate(margin.left + ((right - margin.left) * at) / Math.max(1, versions.length - 1));
  const y = (value: number) => coordinate(bottom - ((bottom - margin.top) * value) / top);
  const grid = Array.from({ length: steps + 1 }, (_, step) => {
    const value = (top * step) / steps;
    return html`<line class="grid" x1="${margin.left}" x2="${right}" y1="${y(value)}" y2="${y(value)}"/><text x="${margin.left - 8}" y="${y(value)}" text-anchor="end" dominant-baseline="middle">${value === 0 ? "0" : sizeText(value)}</text>\n`;
  });
  const every = Math.ceil(versions.length / Math.max(2, Math.floor((right - margin.left) / labelWidth)));
  const last = versions.length - 1;
  const labels = versions.map((version, at) => {
    // Counted from the newest, which always has its label.
    if ((last - at) % every !== 0) return undefined;
    const anchor = at === last ? "end" : at === 0 ? "start" : "middle";
    return html`<text x="${x(at)}" y="${height - 6}" text-anchor="${anchor}">${shortened(version)}</text>\n`;
  });
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
${grid}${labels}${series.map((one, at) => line(one, at, x, y))}</svg>`;
}

/** What a series looks like, for the legend. */
export function swatch(at: number): Markup {
  return html`<svg class="swatch" viewBox="0 0 28 12" aria-hidden="true"><path class="line s${at}" d="M1 6H27"/>${marker(at, "14", "6")}</svg>`;
}

function line({ values }: Series, at: number, x: (at: number) => string, y: (value: number) => string): Markup {
  let pen = "M";
  const path = values.map((value, index) => {
    if (value === undefined) {
      pen = "M";
      return "";
    }
    const command = `${pen}${x(index)} ${y(value)}`;
    pen = "L";
    return command;
  });
  const markers = values.map((value, index) => (value === undefined ? undefined : marker(at, x(index), y(value))));
  return html`<path class="line s${at}" d="${path.join("")}"/>${markers}\n`;
}

/** Shapes tell the lines apart where colours do not. */
function marker(at: number, x: string, y: string): Markup {
  const move = `M${x} ${y}`;
  const shapes = ["m-3-3h6v6h-6z", "m0-4l4 4l-4 4l-4-4z", "m0-4l4 7h-8z", "m0 4l4-7h-8z"];
  const shape = at === 0 ? undefined : shapes[(at - 1) % shapes.length];
  if (shape === undefined) return html`<circle class="s${at}" cx="${x}" cy="${y}" r="3.2"/>`;
  return html`<path class="s${at}" d="${move}${shape}"/>`;
}

/** The next size of which a quarter is a round number. */
function roundUp(bytes: number): number {
  const unit = 10 ** Math.floor(Math.log10(bytes));
  const factor = [1, 2, 4, 6, 8, 10].find((it) => it * unit >= bytes) ?? 10;
  return factor * unit;
}

function shortened(version: string): string {
  return version.length > 12 ? `${version.slice(0, 11)}…` : version;
}

function coordinate(value: number): string {
  return value.toFixed(1);
}
