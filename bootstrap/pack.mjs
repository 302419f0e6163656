// Runs around `npm pack` (prepack and postpack). A package holds compiled JavaScript and declarations, for Node strips no types
// below node_modules; the checkout runs its TypeScript. So `dist/` is made anew, and while npm packs, package.json is the
// package's. Dying in between leaves one that works, on what was just compiled; the next run puts it right.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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

restore();
if (process.argv[2] !== "--restore") {
  rmSync(dist, { recursive: true, force: true });
  const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  execFileSync(process.execPath, [compiler, "-p", join(ROOT, "tsconfig.package.json")], { stdio: "inherit" });
  const text = readFileSync(manifest, "utf8");
  const packed = `${JSON.stringify(packedManifest(JSON.parse(text)), null, 2)}\n`;
  // The copy is whole before package.json changes.
  mkdirSync(join(ROOT, ".slipway"), { recursive: true });
  writeFileSync(`${kept}.new`, text);
  renameSync(`${kept}.new`, kept);
  writeFileSync(`${manifest}.new`, packed);
  renameSync(`${manifest}.new`, manifest);
}
