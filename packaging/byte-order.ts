/** Where surrogates begin: from here on the order of UTF-16 units and that of UTF-8 bytes differ. */
const firstSurrogate = 0xd800;

/** Orders strings by their UTF-8 bytes: the order of archives and indices, in every locale. */
export function byBytes(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    if (x < firstSurrogate && y < firstSurrogate) return x < y ? -1 : 1;
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return Math.sign(a.length - b.length);
}
