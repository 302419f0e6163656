import type { ArtifactJob } from "../../artifact.ts";
import { sha256 } from "../../digest.ts";

/** A small job for a real writer, or (by `product`) for the scripted worker. */
export function testJob(name: string, product = "demo", content = name): ArtifactJob {
  const bytes = Buffer.from(content);
  const owned = { owner: "root", group: "root", part: "bin" } as const;
  return {
    ...{ product, version: "1.0.0", target: "linux-x86_64", epoch: 1_700_000_000, name },
    tree: {
      entries: [
        { type: "directory", path: "usr", mode: 0o755, ...owned },
        {
          ...{ type: "file", path: "usr/demo", mode: 0o755, ...owned, config: false },
          ...{ size: bytes.length, sha256: sha256(bytes) },
          content: { kind: "bytes", base64: bytes.toString("base64") },
        },
      ],
    },
    format: { kind: "tar.zst", root: "demo-1.0.0" },
  };
}
