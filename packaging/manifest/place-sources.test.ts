import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Mistake, SlipwayError } from "../errors.ts";
import { withSourcePlaces } from "./place-sources.ts";

const manifest = `product: lamp
targets:
  linux-x86_64:
    binaries:
      - { name: lamp, from: lamp }
  linux-aarch64:
    binaries:
      - { name: lamp, from: lamp }
configuration:
  - to: etc/lamp/lamp.conf
    from: config/nope.toml
hooks:
  linux:
    post-install: ../../../../etc/passwd
`;

async function message(context: TestContext, text: string, ...mistakes: readonly [Mistake, ...Mistake[]]) {
  const folder = await mkdtemp(join(tmpdir(), "slipway-places-"));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "manifest.yaml");
  await writeFile(file, text);
  const error = await withSourcePlaces(file, "lamp.yaml", Promise.reject(new SlipwayError(mistakes))).then(
    () => assert.fail("refused"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SlipwayError);
  return error.message;
}

const about = (path: string, below?: readonly string[]): Mistake => ({
  code: "SLW-STAGING",
  message: `${path} is not good.`,
  source: { path, ...(below === undefined ? {} : { below }) },
});

test("a mistake about a path stands where the manifest writes it", async (context) => {
  assert.equal(
    await message(context, manifest, about("config/nope.toml"), about("../../../../etc/passwd")),
    `lamp.yaml:11:11  config/nope.toml is not good.  [SLW-STAGING]
    11 |     from: config/nope.toml
       |           ^^^^^^^^^^^^^^^^
lamp.yaml:14:19  ../../../../etc/passwd is not good.  [SLW-STAGING]
    14 |     post-install: ../../../../etc/passwd
       |                   ^^^^^^^^^^^^^^^^^^^^^^
2 mistakes; nothing was built or written.`,
  );
});

test("a path that several targets name is that of the target meant, and no name", async (context) => {
  assert.match(await message(context, manifest, about("lamp", ["targets", "linux-x86_64"])), /^lamp\.yaml:5:29 {2}/);
  assert.match(await message(context, manifest, about("lamp", ["targets", "linux-aarch64"])), /^lamp\.yaml:8:29 {2}/);
});

test("a manifest that was changed meanwhile, and other mistakes, are no obstacle", async (context) => {
  const other: Mistake = { code: "SLW-STAGING", message: "Something else." };
  assert.equal(
    await message(context, "a: [", other, about("config/nope.toml")),
    "Something else.  [SLW-STAGING]\nconfig/nope.toml is not good.  [SLW-STAGING]\n2 mistakes; nothing was built or written.",
  );
  assert.equal(await withSourcePlaces("absent.yaml", "absent.yaml", Promise.resolve(7)), 7);
});
