import { describe, it } from "node:test";
import { assertGolden } from "../__fixtures__/golden.ts";
import { builtRelease, facts } from "./__fixtures__/release.ts";
import { metadataText } from "./metadata.ts";
import { manifestJsonText, sumsText } from "./sums.ts";

describe("what lies beside a record", () => {
  it("is SHA256SUMS", () => {
    assertGolden(import.meta.url, "SHA256SUMS", sumsText(builtRelease().record));
  });

  it("is manifest.json", () => {
    assertGolden(import.meta.url, "manifest.json", manifestJsonText(builtRelease().record));
  });

  it("is metadata.json, the facts of one run", () => {
    const { product, version, features } = facts;
    const text = metadataText({
      product,
      version,
      features,
      source: { commit: "0123456789abcdef0123456789abcdef01234567", dirty: false },
      toolchain: { node: "24.21.0", zlib: "1.3.1", zstd: "1.5.7", xz: "lzma-rust2 of @napi-rs/lzma 1.5.3" },
      host: { os: "linux", arch: "x64" },
      published: 1_795_341_600,
    });
    assertGolden(import.meta.url, "metadata.json", text);
  });
});
