/**
 * Run as a program: makes the suite of the first `count` packages of a list (one release each) and publishes it into a
 * directory bucket: index files written, compressed, hashed and signed.
 */
import { readFile } from "node:fs/promises";
import { systemClock } from "../packaging/clock.ts";
import { publishSuite } from "../packaging/repositories/apt/publish.ts";
import { type IndexedArtifact, stanza } from "../packaging/repositories/apt/stanza.ts";
import { indexTexts, planSuite } from "../packaging/repositories/apt/suite.ts";
import { openOpenPgp } from "../packaging/signing/openpgp.ts";
import { directoryStore } from "../packaging/store/directory.ts";

const [list = "", count = "", bucket = "", keyFile = ""] = process.argv.slice(2);
const artifacts = JSON.parse(await readFile(list, "utf8")) as IndexedArtifact[];
const key = JSON.parse(await readFile(keyFile, "utf8"));
const names = { suite: "bench", origin: "Bench", label: "Bench", description: "Benchmark", component: "main" } as const;
const releases = artifacts.slice(0, Number(count)).map((artifact) => {
  const product = artifact.name.slice(0, artifact.name.indexOf("_"));
  const packages = [{ ...stanza(artifact, `releases/${product}/1.0.0`), files: [] }];
  return { product, folder: "1.0.0", current: true, packages };
});
const content = planSuite(names, indexTexts(names, releases));
await publishSuite(directoryStore(bucket), content, {
  snapshot: 1,
  now: systemClock.now(),
  signer: await openOpenPgp(key.public, { kind: "state", secret: key.secret }),
  reconfirm: async () => 1,
});
