/** Orders strings by their UTF-8 bytes: the order of archives and indices, in every locale. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
