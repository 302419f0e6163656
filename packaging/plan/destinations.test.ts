import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../digest.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import type { ReleaseRecord } from "../record/record.ts";
import { oddRecord } from "../repositories/__fixtures__/records.ts";
import { directoryStore } from "../store/directory.ts";
import type { PlannedPointer } from "./pointer-plan.ts";
import { planTap } from "./tap-plan.ts";
import { planWinget } from "./winget-plan.ts";

const url = "https://releases.example";

/** A channel's first move, or one from `from`. */
function pointer(record: ReleaseRecord, from?: string, unsigned?: readonly string[]): PlannedPointer {
  const { product, version } = record;
  const named = (folder: string) => ({
    version: folder,
    folder,
    record: { path: `releases/${product}/${folder}/release.json`, size: 1, sha256: sha256(folder) },
  });
  const current = named(version);
  const now = { product, channel: "dev", serial: 0, nextSerial: 1, entry: undefined, intact: true, expires: undefined };
  return {
    release: {
      ...{ product, version, folder: version, record, recordObject: current.record },
      ...(unsigned && { unsigned: unsigned.map((name) => ({ name, inside: false })) }),
    },
    channel: {
      ...{ product, channel: "dev", current, kept: [], renew: false },
      now: { ...now, keyids: [], proven: true, recovered: false, damaged: [] },
      before: from === undefined ? undefined : named(from),
    },
    offer: [],
    dropped: [],
  };
}

const withoutFacts = (product: string, version: string): ReleaseRecord => {
  const { homebrew: _, winget: __, ...rest } = oddRecord(version, { product });
  return { ...rest, schema: 1 };
};

test("a tap has all products in one commit, whose message says what moved and where it went back", async (t) => {
  const store = directoryStore(await scratch(t));
  const other = oddRecord("2.0.0", { product: "other" });
  const tool = { ...other, homebrew: { ...other.homebrew, formula: { ...other.homebrew?.formula, name: "other" } } };
  const plan = await planTap(store, [pointer(oddRecord("1.0.0"), "1.1.0"), pointer(tool as ReleaseRecord)], url);
  assert.deepEqual(Object.keys(plan?.files ?? {}), ["Formula/odd-tool2.rb", "Formula/other.rb"]);
  assert.equal(plan?.message, "odd 1.0.0, back from 1.1.0, other 2.0.0");
  assert.deepEqual(plan.notices, []);
});

test("two products of one name in a tap are refused", async (t) => {
  const store = directoryStore(await scratch(t));
  const products = [pointer(oddRecord("1.0.0")), pointer(oddRecord("1.0.0", { product: "other" }))];
  await assert.rejects(planTap(store, products, url), {
    code: "SLW-SETTINGS",
    message: /odd and other would both be Formula\/odd-tool2\.rb of the tap/,
  });
});

test("a release that tells Homebrew nothing takes its files along, and it is said", async (t) => {
  const store = directoryStore(await scratch(t));
  const plan = await planTap(store, [pointer(oddRecord("1.0.0")), pointer(withoutFacts("old", "0.9.0"), "1.0.0")], url);
  assert.equal(plan?.notices.length, 1);
  assert.match(plan.notices[0] ?? "", /^old 0\.9\.0 tells Homebrew nothing/);
  assert.equal(await planTap(store, [pointer(withoutFacts("old", "0.9.0"))], url), undefined);
});

test("what names a digest that is known after signing is not known yet, and nothing else", async (t) => {
  const store = directoryStore(await scratch(t));
  const waits = (formats: string) => [`odd-1.0.0-${formats}`];
  const products = (names: readonly string[]) => [pointer(oddRecord("1.0.0"), undefined, names)];
  const tap = async (names: readonly string[]) =>
    (await planTap(store, products(names), url))?.files["Formula/odd-tool2.rb"];
  assert.equal((await tap(waits("macos-universal.tar.gz")))?.afterSigning, true);
  assert.equal((await tap(waits("windows-x86_64.zip")))?.afterSigning, false);
  const { packages } = await planWinget(store, products(waits("windows-x86_64.zip")), url, "1.12.0");
  const [plan] = packages;
  const unknown = Object.entries(plan?.manifests ?? {}).filter(([, { afterSigning }]) => afterSigning);
  assert.deepEqual(
    unknown.map(([path]) => path),
    ["winget/Odd.Things.Tool/1.0.0/Odd.Things.Tool.installer.yaml"],
  );
});

test("winget's repository is asked for one version; a pre-release is not for winget", async (t) => {
  const store = directoryStore(await scratch(t));
  const { packages } = await planWinget(store, [pointer(oddRecord("1.0.0"))], url, "1.12.0");
  const request = packages[0]?.request;
  assert.equal(request?.title, "New version: Odd.Things.Tool version 1.0.0");
  assert.equal(request.branch, "Odd.Things.Tool-1.0.0");
  assert.deepEqual(Object.keys(request.files), [
    "manifests/o/Odd/Things/Tool/1.0.0/Odd.Things.Tool.yaml",
    "manifests/o/Odd/Things/Tool/1.0.0/Odd.Things.Tool.installer.yaml",
    "manifests/o/Odd/Things/Tool/1.0.0/Odd.Things.Tool.locale.en-US.yaml",
  ]);
  assert.deepEqual(request.removed, []);
  const early = await planWinget(store, [pointer(oddRecord("1.0.0-rc.1"))], url, "1.12.0");
  assert.deepEqual([early.packages.length, early.notices.length], [0, 1]);
});
