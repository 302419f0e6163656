import type { Product, ProductTarget } from "../manifest/product.ts";
import { fileEntry } from "./file-entry.ts";
import { inlineBytes } from "./input-file.ts";
import type { FileEntry } from "./tree.ts";

/**
 * A script for Macs that takes the mark off a download which makes macOS ask Gatekeeper (com.apple.quarantine, xattr(1)): off
 * a file with the digest that the caller verified, or off a folder that was unpacked and holds the product. Its help says
 * when that is right and when it is not. It comes with archives too: what a package installs is never marked.
 */
export function quarantineScript(product: Product, target: ProductTarget): FileEntry {
  const { id, maintainer } = product;
  const name = `${id}-release-quarantine`;
  const programs = target.binaries.map((binary) => `bin/${binary.name}`);
  const text = `#!/bin/sh
# ${id}: written by Slipway.
set -eu

usage() {
  cat <<'END_OF_USAGE'
Usage: ${name} FILE SHA256
       ${name} FOLDER

Takes the mark com.apple.quarantine off a download of ${id}. Browsers and mail programs put it on what they
save, and macOS asks Gatekeeper before it opens what is marked.

  FILE SHA256   a downloaded archive or package, if it has this digest
  FOLDER        what was unpacked from an archive that was marked, if it holds ${id}

It is right when you took the digest from the release's SHA256SUMS, verified that file's signature, and macOS
refuses ${id} for no other reason than that Apple did not notarize it, as with a development release.

It is not right
  - where macOS says that a file will damage your computer, or is malicious: delete it, and tell
    ${maintainer.email};
  - where you do not know who sent the file, or its digest is another one;
  - for a release that is notarized: macOS opens it as it is, or something is wrong with it;
  - on a Mac that others manage for you: ask them.

What the macOS package installs is not marked, so there is nothing to release after an installation.
END_OF_USAGE
}

wrong_call() {
  usage >&2
  exit 64
}

refuse() {
  echo "${name}: $1. Nothing was changed." >&2
  exit 1
}

release_file() {
  if [ ! -f "$1" ]; then refuse "$1 is no file"; fi
  found="$(shasum -a 256 <"$1" | cut -c 1-64)"
  if [ "$found" != "$2" ]; then refuse "$1 has the SHA-256 $found, not $2"; fi
  if ! xattr -p com.apple.quarantine "$1" >/dev/null 2>&1; then
    echo "${name}: $1 is not marked"
    return 0
  fi
  xattr -d com.apple.quarantine "$1"
  echo "${name}: $1 is released"
}

hold() {
  if [ ! -f "$1/$2" ]; then refuse "$1 holds no $2 of ${id}"; fi
}

release_folder() {
${programs.map((program) => `  hold "$1" ${program}\n`).join("")}  xattr -r -d com.apple.quarantine "$1"
  echo "${name}: all of $1 is released"
}

case "\${1:-}" in
  -h | --help) usage ;;
  "" | -*) wrong_call ;;
  *)
    case "$#" in
      1) release_folder "$1" ;;
      2) release_file "$1" "$2" ;;
      *) wrong_call ;;
    esac
    ;;
esac
`;
  return fileEntry(`usr/libexec/${name}`, inlineBytes(Buffer.from(text)), { part: "bin", mode: 0o755 });
}
