import assert from "node:assert/strict";
import { test } from "node:test";
import { style } from "./style.ts";

/** Colours by name, of a scheme. */
type Colours = ReadonlyMap<string, string>;

const [, light = "", dark = ""] = style.split(/:root \{/);

function coloursOf(rules: string): Colours {
  return new Map(
    [...rules.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)].map(([, name = "", colour = ""]) => [name, colour]),
  );
}

/** Contrast ratio of two colours (WCAG 2.2). */
function contrast(a = "", b = ""): number {
  const [darker = 0, lighter = 0] = [a, b].map(luminance).sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

for (const [scheme, rules] of Object.entries({ light, dark })) {
  test(`${scheme}: texts have a contrast of 4.5 to 1 on what they stand on, lines of the plot and the focus 3 to 1`, () => {
    const colours = coloursOf(rules);
    const pairs: readonly (readonly [on: string, least: number, ...of: string[]])[] = [
      ["ground", 4.5, "text", "quiet", "link"],
      ["raised", 4.5, "text", "added", "removed"],
      ["badge", 4.5, "badge-text"],
      ["notice", 4.5, "notice-text"],
      ["ground", 3, "s0", "s1", "s2", "s3", "s4", "link"],
    ];
    for (const [on, least, ...names] of pairs) {
      for (const name of names) {
        const found = contrast(colours.get(name), colours.get(on));
        assert.ok(found >= least, `${name} on ${on}: ${found.toFixed(2)}`);
      }
    }
  });
}
