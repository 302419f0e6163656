/**
 * The three numbers of a version, out of text such as `v3.250.0`, `3.251.0-alpha.1` or `go version go1.26.8 linux/amd64`.
 * A pre-release counts as its release: it is only asked whether a tool is new enough.
 *
 * @param {string} text
 * @returns {[major: number, minor: number, patch: number] | undefined} undefined where the text holds no version
 */
export function parseVersion(text) {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (found === null) return undefined;
  return [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
}

/**
 * @param {string} text text that holds a version
 * @param {string} oldest the oldest version that will do
 * @returns {boolean} false also where the text holds no version
 */
export function isAtLeast(text, oldest) {
  const found = parseVersion(text);
  const wanted = parseVersion(oldest);
  if (found === undefined || wanted === undefined) return false;
  for (const place of /** @type {const} */ ([0, 1, 2])) {
    if (found[place] !== wanted[place]) return found[place] > wanted[place];
  }
  return true;
}
