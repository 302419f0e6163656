import type { PromotionFacts } from "../facts.ts";

export const record = "a1".repeat(32);
export const servingRecord = "b2".repeat(32);
export const signer = "C3".repeat(20);
const deb = { name: "runtime-bin_1.4.1_amd64.deb", target: "linux-x86_64", format: "deb" };
const zip = { name: "runtime-1.4.1-windows-x86_64.zip", target: "windows-x86_64", format: "zip" };

/** Runtime 1.4.1 from candidate to stable, which serves 1.4.0: nothing is wrong with it. */
export const promotion: PromotionFacts = {
  stage: "release",
  product: "runtime",
  version: "1.4.1",
  folder: "1.4.1",
  channel: "stable",
  from: "candidate",
  record,
  listed: 7,
  artifacts: [
    { ...deb, size: 10_000, sha256: "d4".repeat(32), found: { size: 10_000, sha256: "d4".repeat(32) } },
    { ...zip, size: 20_000, sha256: "e5".repeat(32), found: { size: 20_000, sha256: "e5".repeat(32) } },
  ],
  signatures: { expected: [signer], found: [signer] },
  serving: { version: "1.4.0", record: servingRecord, sizes: { "linux-x86_64": 9_800, "windows-x86_64": 20_000 } },
  served: [servingRecord],
  growth: 5,
  governance: {
    needed: true,
    file: "docs/process/governance-log.md",
    entry: { product: "runtime", version: "1.4.1", record, evidence: "https://evidence.example/1.4.1", drops: [] },
  },
};

/** The first release of all: the channel was never moved. */
export const firstPromotion: PromotionFacts = { ...promotion, serving: null, served: [] };

/** Back to bytes that the channel served before 1.4.1, and that were larger and had other targets. */
export const rollback: PromotionFacts = {
  ...promotion,
  serving: { version: "1.5.0", record: servingRecord, sizes: { "linux-x86_64": 1_000, "macos-universal": 5_000 } },
  served: [record, servingRecord],
};
