import { archiveKindOf, fileNameOf } from "../manifest/archive-name.ts";
import type { PayloadSource } from "../manifest/product.ts";
import type { Payload, PayloadContext, PayloadTarget } from "./payload.ts";
import { fetchPinnedFile } from "./pinned-file.ts";
import { shownUrl } from "./shown-url.ts";
import { unpackedPayload } from "./unpacked-payload.ts";

export type UrlSource = Extract<PayloadSource, { kind: "url" }>;

/**
 * The file at an address, pinned by its SHA-256, or what the target wants of the archive that it is. What was fetched
 * once, from whatever address, needs no network again; what was unpacked once not even the archive.
 * @throws SlipwayError as `fetchPayload`.
 */
export async function fetchUrlPayload(
  source: UrlSource,
  target: PayloadTarget,
  context: PayloadContext,
): Promise<Payload> {
  const name = fileNameOf(source.url);
  const kind = source.archive ?? archiveKindOf(name);
  const pinned = () => fetchPinnedFile(source, context);
  if (kind === undefined) return { files: new Map([[name, await pinned()]]) };
  const archive = {
    kind,
    sha256: source.sha256,
    from: `url ${shownUrl(source.url)}`,
    open: async () => (await pinned()).file,
  };
  return unpackedPayload(archive, target, context);
}
