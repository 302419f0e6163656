import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type AptRoot, isolatedApt } from "./apt/apt-root.ts";
import { changesBetween, filesBelow } from "./engine/bucket-files.ts";
import { changedLines, previewText } from "./engine/diff-lines.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { servedStack } from "./engine/served-stack.ts";
import { succeeded } from "./engine/stack.ts";

const settings = { manifests: [manifestOf("alpha"), manifestOf("beta")], archive: "team" };

test("two products of one stack share a bucket and a suite, and each moves alone", async (t) => {
  const { checkout, stack, configure } = await servedStack(t);
  const bucket = () => filesBelow(checkout.bucket);
  const write = (id: string, version: string) => writeProduct(checkout.folder, { id, version });
  await configure(settings);
  await write("alpha", "1.0.0");
  await write("beta", "1.0.0");
  succeeded(await stack.up("--skip-preview"));
  const client = await isolatedApt({
    sourcesText: await readFile(join(checkout.bucket, "dists/team-dev.sources"), "utf8"),
    keyring: await readFile(join(checkout.bucket, "keys/team-archive-keyring.gpg")),
  });
  t.after(() => client.remove());
  assert.deepEqual(await candidates(client, "amd64"), { alpha: "1.0.0", beta: "1.0.0" });

  /** Updates, and gives what the preview showed and what happened to the bucket: nothing of it about the other one. */
  const moveAlone = async (other: string) => {
    const before = await bucket();
    const update = succeeded(await stack.up("--diff"));
    const lines = changedLines(update);
    const changes = changesBetween(before, await bucket());
    const about = (it: string) => new RegExp(`\\b${other}\\b`).test(it);
    assert.deepEqual(lines.filter(about), []);
    assert.deepEqual(changes.filter(about), []);
    assert.deepEqual(
      changes.filter((line) => / releases\//.test(line) && !line.startsWith("added ")),
      [],
    );
    return { update, lines, changes };
  };

  await t.test("alpha goes forward", async () => {
    await write("alpha", "1.1.0");
    const { lines, changes } = await moveAlone("beta");
    assert(lines.includes('~ serves: "1.0.0" => "1.1.0"'), lines.join("\n"));
    assert(changes.includes("added tuf/2.alpha-dev.json"), changes.join("\n"));
    assert.deepEqual(await candidates(client, "amd64"), { alpha: "1.1.0", beta: "1.0.0" });
  });

  await t.test("beta goes forward while alpha is held where it is", async () => {
    await write("alpha", "1.2.0");
    await write("beta", "1.1.0");
    await configure({ ...settings, version: { alpha: "1.1.0" } });
    const { changes } = await moveAlone("alpha");
    assert(changes.includes("added tuf/2.beta-dev.json"), changes.join("\n"));
    assert.deepEqual(await candidates(client, "amd64"), { alpha: "1.1.0", beta: "1.1.0" });
  });

  await t.test("alpha goes back", async () => {
    await configure({ ...settings, version: { alpha: "1.0.0" } });
    const { lines, changes } = await moveAlone("beta");
    assert(lines.includes('~ serves: "1.1.0" => "1.0.0"'), lines.join("\n"));
    assert.deepEqual(
      changes.filter((line) => line.includes(" releases/")),
      [],
    );
    assert.deepEqual(await candidates(client, "amd64"), { alpha: "1.0.0", beta: "1.1.0" });
  });

  await t.test("beta drops a target: the preview says who gets no more updates, and nothing is deleted", async () => {
    await writeProduct(checkout.folder, { id: "beta", version: "1.2.0", targets: ["linux-x86_64"] });
    const { update, lines, changes } = await moveAlone("alpha");
    const warning =
      /warning: beta 1\.2\.0 has no linux-aarch64: machines of that kind stay on 1\.1\.0 and get no more updates\. What is published stays in the bucket\.$/m;
    assert.match(previewText(update), warning);
    assert.deepEqual(lines.filter((line) => /^[-] (?:slipway|pulumi-nodejs):/.test(line)).sort(), [
      ...Array.from({ length: 3 }, () => "- pulumi-nodejs:dynamic/slipway:Artifact: (delete)"),
      "- slipway:index:Bundle: (delete)",
    ]);
    assert.deepEqual(
      changes.filter((line) => line.startsWith("removed ")),
      [],
    );
    const { deployment } = await stack.exportState();
    const left = (deployment.resources ?? []).map(({ urn }) => urn).filter((urn) => urn.includes("linux-aarch64"));
    assert(left.length > 0 && left.every((urn) => urn.includes("alpha-linux-aarch64")), left.join("\n"));
    assert.deepEqual(await candidates(client, "amd64"), { alpha: "1.0.0", beta: "1.2.0" });
    assert.deepEqual(await candidates(client, "arm64"), { alpha: "1.0.0", beta: "1.1.0" });
    const quiet = succeeded(await stack.preview("--expect-no-changes"));
    assert.doesNotMatch(quiet.text, /warning:/);
  });
});

/** The versions that a machine of an architecture would install, after `apt-get update` without a word of warning. */
async function candidates(
  client: AptRoot,
  architecture: string,
): Promise<Readonly<Record<string, string | undefined>>> {
  const machine = ["-o", `APT::Architecture=${architecture}`, "-o", `APT::Architectures::=${architecture}`];
  const { exitCode, stdout, stderr } = await client.run("apt-get", "update", ...machine);
  assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" }, stdout);
  const policy = async (name: string) => (await client.run("apt-cache", "policy", name, ...machine)).stdout;
  const candidate = async (name: string) => /Candidate: (\S+)/.exec(await policy(name))?.[1];
  return { alpha: await candidate("alpha"), beta: await candidate("beta") };
}
