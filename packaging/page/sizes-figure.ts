import { sizeText } from "../cli/table.ts";
import { targetNames } from "../targets.ts";
import { html, type Markup } from "./markup.ts";
import type { HistoryMove, TargetSize } from "./model.ts";
import { type Series, sizePlot, swatch } from "./size-plot.ts";
import { targetName } from "./words.ts";

const targetOrder = [...targetNames, "any"] as const;

/** A release with known sizes. */
interface Sized {
  readonly version: string;
  readonly sizes: readonly TargetSize[];
}

/** Sizes over versions: a plot, wide and narrow, and all of its numbers as a table. From two releases on. */
export function sizesFigure(history: readonly HistoryMove[]): Markup | undefined {
  const releases = history
    .flatMap(({ kind, version, sizes }) => (kind === "rollback" || sizes === undefined ? [] : [{ version, sizes }]))
    .reverse();
  if (releases.length < 2) return undefined;
  const series = targetOrder.flatMap((target): readonly Series[] => {
    const values = releases.map(({ sizes }) => sizes.find((it) => it.target === target)?.size);
    return values.every((value) => value === undefined) ? [] : [{ name: targetName(target), values }];
  });
  const versions = releases.map(({ version }) => version);
  const [first = "", last = ""] = [versions[0], versions.at(-1)];
  const says = `Size of all downloads of each target, from ${first} to ${last}`;
  return html`<figure>
<figcaption>${says}. The table below has the numbers.</figcaption>
<ul class="legend">
${series.map(({ name }, at) => html`<li>${swatch(at)} ${name}</li>\n`)}</ul>
<div class="wide">${sizePlot(versions, series, { width: 720, height: 240, label: says })}</div>
<div class="narrow">${sizePlot(versions, series, { width: 340, height: 220, label: says })}</div>
<details>
<summary>Sizes as a table</summary>
<div class="scroll" role="region" aria-label="Sizes as a table" tabindex="0">
${sizesTable(releases, series)}
</div>
</details>
</figure>`;
}

function sizesTable(releases: readonly Sized[], series: readonly Series[]): Markup {
  const row = ({ version }: Sized, at: number) => html`<tr><th scope="row">${version}</th>${series.map(
    ({ values }) => html`<td>${cell(values[at])}</td>`,
  )}</tr>
`;
  return html`<table>
<thead><tr><th scope="col">Version</th>${series.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${releases.map(row).reverse()}</tbody>
</table>`;
}

function cell(value: number | undefined): string {
  return value === undefined ? "none" : sizeText(value);
}
