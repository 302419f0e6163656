import { html, type Markup } from "./markup.ts";
import type { ChannelModel, InstallWay } from "./model.ts";
import { stepsList } from "./steps.ts";
import { systemName } from "./words.ts";

const systems = ["linux", "macos", "windows"] as const;

/**
 * How to install, by system, the best way open and the others folded. Without the script all systems stand one below the
 * other; the script makes tabs of them and opens the visitor's.
 */
export function installSection({ install }: ChannelModel): Markup | undefined {
  if (install.length === 0) return undefined;
  const bySystem = Map.groupBy(install, ({ system }) => system);
  return html`<section aria-labelledby="install">
<h2 id="install">Install</h2>
<div class="systems">
${systems.map((system) => systemPart(system, bySystem.get(system) ?? []))}</div>
</section>`;
}

function systemPart(system: InstallWay["system"], ways: readonly InstallWay[]): Markup | undefined {
  const [first] = ways;
  if (first === undefined) return undefined;
  const id = `install-${system}`;
  return html`<section class="system" id="${id}" data-system="${system}" aria-labelledby="${id}-title">
<h3 id="${id}-title">${systemName(system)}</h3>
${ways.map(
  (way) => html`<details${way === first ? html` open` : undefined}>
<summary>${way.label}</summary>
${stepsList(way.steps)}
</details>
`,
)}</section>
`;
}
