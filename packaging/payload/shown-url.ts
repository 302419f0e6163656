/** An address as messages name it: without its query, which may hold a token, and without a user and password. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return "(no address)";
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
