import assert from "node:assert/strict";
import { before, test } from "node:test";
import { dyingStore } from "../../channels/__fixtures__/bucket.ts";
import { generateOpenPgp, openOpenPgp } from "../../signing/openpgp.ts";
import type { OpenPgpSigner } from "../../signing/signer.ts";
import type { Store } from "../../store/store.ts";
import { memoryStore } from "./__fixtures__/memory-store.ts";
import { names, release } from "./__fixtures__/releases.ts";
import { suiteFindings } from "./findings.ts";
import { publishSuite } from "./publish.ts";
import { indexTexts, planSuite, type SuiteContent, type SuiteRelease } from "./suite.ts";

const now = 1_795_341_600;
const suiteOf = (...releases: readonly SuiteRelease[]) => planSuite(names, indexTexts(names, releases));
const old = suiteOf(release("runtime", "1.0.0"));
const young = suiteOf(release("runtime", "1.0.0"), release("runtime", "1.1.0"));
const packages = "main/binary-amd64/Packages";
const digestOf = ({ files }: SuiteContent) => files.find(({ path }) => path === packages)?.sha256;
const inRelease = "dists/dev/InRelease";

let signer: OpenPgpSigner;
before(async () => {
  const key = await generateOpenPgp({ name: "Example", email: "a@example.org" }, now - 1000);
  signer = await openOpenPgp(key.public, { kind: "state", secret: key.secret });
});

async function publish(store: Store, content: SuiteContent, snapshot: number): Promise<void> {
  await publishSuite(store, content, { snapshot, now, signer, reconfirm: async () => snapshot });
}

function find(store: Store, content: SuiteContent, snapshot: number) {
  return suiteFindings(store, "dev", { snapshot, content: async () => content });
}

test("an update that dies anywhere leaves nothing damaged, whether it is done again or taken back", async () => {
  for (let writes = 0, ended = false; !ended; writes++) {
    const store = memoryStore();
    await publish(store, old, 1);
    ended = await publish(dyingStore(store, writes), young, 2).then(
      () => true,
      () => false,
    );
    const found = await find(store, young, 2);
    const states = `${inRelease} states snapshot 1, but 2 is in force and offers other packages`;
    assert.equal(found[0]?.sentence, ended ? undefined : states);
    assert.deepEqual(
      found.filter(({ kind }) => kind === "damaged"),
      [],
    );
    // The channel goes back: by content the suite may be right already, by its files it may not.
    const takenBack = await find(store, old, 3);
    const replaced = (await store.digest(`dists/dev/${packages}`)) === digestOf(young);
    assert.equal(takenBack.length > 0, replaced, JSON.stringify(takenBack));
    await publish(store, old, 3);
    assert.deepEqual(await find(store, old, 3), []);
  }
});

test("a suite that no update has published lags, and so does a first one that died", async () => {
  const store = memoryStore();
  const lags = [
    {
      kind: "lagging",
      path: inRelease,
      sentence: `${inRelease} is not there: what the channel offers is not published`,
    },
  ];
  assert.deepEqual(await find(store, old, 1), lags);
  const whole = memoryStore();
  await publish(whole, old, 1);
  // All but the last object, which is InRelease.
  await assert.rejects(publish(dyingStore(store, whole.objects.size - 1), old, 1), /killed/);
  assert.deepEqual(await find(store, old, 1), lags);
});

test("another snapshot in force that offers the same is no lag", async () => {
  const store = memoryStore();
  await publish(store, old, 1);
  assert.deepEqual(await find(store, old, 2), []);
});

test("bytes that nobody wrote, and what is gone, is damage", async () => {
  const digest = digestOf(old);
  const cases: readonly (readonly [path: string, found: string])[] = [
    [inRelease, `${inRelease} cannot be read`],
    ["dists/dev/Release", "dists/dev/Release is altered"],
    ["dists/dev/main/binary-amd64/Packages.gz", "dists/dev/main/binary-amd64/Packages.gz is altered"],
    ...(["", "x"] as const).map(
      (it) =>
        [
          `dists/dev/main/binary-amd64/by-hash/SHA256/${digest}${it}`,
          it === "" ? `dists/dev/main/binary-amd64/by-hash/SHA256/${digest} is altered` : "",
        ] as const,
    ),
  ];
  for (const [path, sentence] of cases) {
    const store = memoryStore();
    await publish(store, old, 1);
    store.objects.set(path, Buffer.from("x"));
    const found = await find(store, old, 1);
    assert.deepEqual(
      found.map((it) => [it.kind, it.sentence]),
      sentence === "" ? [] : [["damaged", sentence]],
    );
  }
  for (const path of ["Release", "Release.gpg", "main/binary-arm64/Packages.zst"].map((name) => `dists/dev/${name}`)) {
    const store = memoryStore();
    await publish(store, old, 1);
    store.objects.delete(path);
    assert.deepEqual(await find(store, old, 1), [{ kind: "damaged", path, sentence: `${path} is missing` }]);
  }
});

test("a statement of a snapshot that is not in force is damage", async () => {
  const store = memoryStore();
  await publish(store, old, 4);
  const sentence = `${inRelease} states snapshot 4, but 3 is in force`;
  assert.deepEqual(await find(store, old, 3), [{ kind: "damaged", path: inRelease, sentence }]);
});
