// Runs around `npm pack` (prepack and postpack), on the locked Node. A package holds JavaScript and declarations, for Node
// strips no types below node_modules. They are what Node makes of the TypeScript itself, line by line: what a state keeps of a
// provider is its text, and that is the same in a checkout and in the package. While npm packs, package.json is the package's.
// Dying in between leaves one that works, on what was just made; the next run puts it right.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { packedManifest } from "./packed-manifest.mjs";
import { ROOT } from "./repository.mjs";

const manifest = join(ROOT, "package.json");
const dist = join(ROOT, "dist");
const kept = join(ROOT, ".slipway", "package.json.checkout");

/** Puts the checkout's own package.json back. */
function restore() {
  if (existsSync(kept)) renameSync(kept, manifest);
}

/**
 * Names of our own modules as the package has them.
 * @param {string} text
 */
function withCompiledNames(text) {
  return text.replaceAll(/(\b(?:from|import)\s*\(?\s*")(\.{1,2}\/[^"\n]+)\.ts"/g, '$1$2.js"');
}

/** Writes the JavaScript beside each declaration. */
function strip() {
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".d.ts")) continue;
    const stem = name.slice(0, -".d.ts".length);
    const source = readFileSync(join(ROOT, `${stem}.ts`), "utf8");
    writeFileSync(join(dist, `${stem}.js`), withCompiledNames(stripTypeScriptTypes(source)));
    writeFileSync(join(dist, name), withCompiledNames(readFileSync(join(dist, name), "utf8")));
  }
}

restore();
if (process.argv[2] !== "--restore") {
  rmSync(dist, { recursive: true, force: true });
  const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  execFileSync(process.execPath, [compiler, "-p", join(ROOT, "tsconfig.package.json")], { stdio: "inherit" });
  strip();
  const text = readFileSync(manifest, "utf8");
  const packed = `${JSON.stringify(packedManifest(JSON.parse(text)), null, 2)}\n`;
  // The copy is whole before package.json changes.
  mkdirSync(join(ROOT, ".slipway"), { recursive: true });
  writeFileSync(`${kept}.new`, text);
  renameSync(`${kept}.new`, kept);
  writeFileSync(`${manifest}.new`, packed);
  renameSync(`${manifest}.new`, manifest);
}
