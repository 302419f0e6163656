import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { ArtifactJob } from "../../packaging/artifact.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { harbourJobs } from "../../packaging/formats/debian/__fixtures__/harbour.ts";
import { run } from "../../packaging/process.ts";
import { tinyElf } from "../fixtures/tiny-elf.ts";
import { runtimeJobs } from "../formats/runtime-packages.ts";
import { tufPython } from "../tools.ts";

interface Copyright {
  readonly name: string;
  readonly files: Readonly<Record<string, { readonly copyright: readonly string[]; readonly license: string }>>;
  readonly texts: Readonly<Record<string, string>>;
}

async function read(folder: string, jobs: readonly ArtifactJob[], ...paths: readonly string[]): Promise<Copyright> {
  const found = jobs.flatMap(({ tree }) => tree.entries).find(({ path }) => /\/copyright$/.test(path));
  assert.ok(found?.type === "file" && found.content.kind === "bytes");
  const file = join(folder, "copyright");
  await writeFile(file, Buffer.from(found.content.base64, "base64"));
  const script = join(import.meta.dirname, "read-copyright.py");
  const { stdout } = await run({ file: tufPython(), args: ["-I", script, file, ...paths], timeoutSeconds: 60 });
  return JSON.parse(stdout) as Copyright;
}

test("python-debian finds the licences of the runtime's program, and each text once", async (context) => {
  const folder = await scratch(context);
  const jobs = await runtimeJobs(folder, [{ format: "deb", compression: "gzip" }]);
  const { files, texts } = await read(folder, jobs, "usr/bin/runtime", "etc/runtime/runtime.toml");
  assert.deepEqual(files, {
    "usr/bin/runtime": {
      copyright: ["2020 Evan Wallace", "2009 The Go Authors", "2016 Caleb Spare"],
      license: "MIT and BSD-3-Clause and MIT-cespare-xxhash",
    },
    "etc/runtime/runtime.toml": { copyright: ["2020 Evan Wallace"], license: "MIT" },
  });
  assert.deepEqual(Object.keys(texts), ["MIT", "BSD-3-Clause", "MIT-cespare-xxhash"]);
  assert.match(texts["BSD-3-Clause"] ?? "", /^Copyright \(c\) 2009 The Go Authors\. All rights reserved\.\n\n/);
});

test("what a component has to itself is its own; common licences are referred to", async (context) => {
  const folder = await scratch(context);
  const jobs = await harbourJobs(join(folder, "harbour"), "2.0.0", tinyElf("x86_64", ""));
  const { name, files, texts } = await read(folder, jobs, "usr/bin/harbourctl", "usr/share/harbour/chart.txt");
  assert.equal(name, "harbour");
  assert.equal(files["usr/share/harbour/chart.txt"]?.license, "CC0-1.0");
  assert.deepEqual(files["usr/bin/harbourctl"]?.copyright, [
    "2025 Harbour Team",
    "2019 The Moon Authors",
    "2018 Buoy Makers",
  ]);
  const names = (files["usr/bin/harbourctl"]?.license ?? "").split(/,? (?:and|or) /);
  assert.deepEqual(
    names.filter((it) => !Object.hasOwn(texts, it)),
    [],
  );
  assert.match(texts["Apache-2.0"] ?? "", /\/usr\/share\/common-licenses\/Apache-2\.0/);
});
