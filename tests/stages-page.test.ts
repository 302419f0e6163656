import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { serveFolder } from "../packaging/cli/serve.ts";
import { debianClient } from "./apt/debian-client.ts";
import { filesBelow } from "./engine/bucket-files.ts";
import { makeCheckout } from "./engine/checkout.ts";
import { runIn } from "./engine/command.ts";
import { writeProduct } from "./engine/product.ts";
import { namedStack, succeeded, type TestStack } from "./engine/stack.ts";
import { machineTool } from "./tools.ts";

/** The page's blocks of a language, in their order. */
async function blocks(folder: string, language: string): Promise<readonly string[]> {
  const page = await readFile(join(folder, "docs", "process", "stages.md"), "utf8");
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))].map(([, text = ""]) => text);
}

/** Hexadecimal digits that stand on the page for a public key. */
const placeholders = { root: "1", candidate: "2", beta: "3", stable: "4" } as const;

test("the page of stages, as it stands: keys, foundation, candidate, beta, release, and a second version through all", async (t) => {
  const checkout = await makeCheckout(t);
  const bucket = join(checkout.scratch, "downloads");
  const inProject = (...path: readonly string[]) => join(checkout.folder, ...path);
  await mkdir(bucket);
  const server = await serveFolder(bucket, 0);
  t.after(() => server.close());

  const keys = join(checkout.scratch, "keys");
  await mkdir(keys);
  const shell = await blocks(checkout.folder, "sh");
  const commands = async (folder: string, text: string | undefined) => {
    assert.ok(text);
    succeeded(await runIn({ folder }, "sh", ["-e", "-u", "-c", text]));
  };
  machineTool("openssl", "openssl");
  machineTool("gpg", "gnupg");
  await commands(keys, shell[0]);
  const key = (name: string) => readFile(join(keys, name), "utf8");
  await mkdir(inProject("keys"));
  for (const name of ["candidate", "beta", "stable"]) {
    await copyFile(join(keys, `archive-${name}.asc`), inProject("keys", `archive-${name}.asc`));
  }

  const files = await blocks(checkout.folder, "yaml");
  const names = ["foundation", "candidate", "beta", "release"] as const;
  assert.equal(files.length, names.length);
  const texts = await Promise.all(
    files.map(async (file) => {
      let text = file.replaceAll("https://downloads.example.com/", server.url);
      for (const [name, digit] of Object.entries(placeholders)) {
        text = text.replaceAll(digit.repeat(64), await key(`${name}.public`));
      }
      return text;
    }),
  );
  const stackFile = (name: string) => inProject("stacks", `Pulumi.${name}.yaml`);
  const environments = {
    foundation: { SLIPWAY_ROOT_KEY: await key("root.pem") },
    candidate: {
      SLIPWAY_CHANNEL_KEY: await key("candidate.pem"),
      SLIPWAY_ARCHIVE_KEY: await key("archive-candidate.pgp"),
    },
    beta: { SLIPWAY_CHANNEL_KEY: await key("beta.pem"), SLIPWAY_ARCHIVE_KEY: await key("archive-beta.pgp") },
    release: { SLIPWAY_CHANNEL_KEY: await key("stable.pem"), SLIPWAY_ARCHIVE_KEY: await key("archive-stable.pgp") },
  };
  for (const [at, name] of names.entries()) await writeFile(stackFile(name), texts[at] ?? "");
  const stack = (name: (typeof names)[number]): TestStack =>
    namedStack(checkout, name, { environment: environments[name] });
  const [foundation, candidate, beta, release] = [
    stack("foundation"),
    stack("candidate"),
    stack("beta"),
    stack("release"),
  ];
  const publish = async (version: string) => {
    await writeProduct(checkout.folder, { id: "agent", version, targets: ["linux-x86_64"] });
    succeeded(await candidate.up("--strict"));
  };
  /** Writes the page's entry for the record that a refused preview asks to be decided upon. */
  const decide = async (version: string, asked: string) => {
    const [, record] = /evidence's address and record ([0-9a-f]{64})/.exec(asked) ?? [];
    assert.ok(record, asked);
    const [entry = ""] = await blocks(checkout.folder, "markdown");
    const log = inProject("docs", "process", "governance-log.md");
    const before = await readFile(log, "utf8");
    const at = before.search(/^## agent /m);
    const above = at < 0 ? before.length : at;
    const section = entry.replaceAll("5".repeat(64), record).replaceAll("1.0.0", version);
    await writeFile(log, `${before.slice(0, above)}\n${section}\n${before.slice(above)}`);
  };
  const move = async (name: "beta" | "release", version: string) => {
    const text = await readFile(stackFile(name), "utf8");
    await writeFile(stackFile(name), text.replace(/^( +slipway:version: ).*$/m, `$1${version}`));
  };
  const served = async () =>
    Promise.all(
      ["candidate", "beta", "stable"].map(async (channel) => {
        const [entry, packages] = await Promise.all([
          readFile(join(bucket, "channels", "agent", `${channel}.json`), "utf8"),
          readFile(join(bucket, "dists", channel, "main", "binary-amd64", "Packages"), "utf8"),
        ]);
        const offered = [...packages.matchAll(/^Package: agent\n(?:.+\n)*?Version: (.+)$/gm)].map(([, it]) => it);
        return `${channel} ${JSON.parse(entry).current.version}: ${offered.join(", ")}`;
      }),
    );

  await t.test("the foundation moves no channel; its root is pinned", async () => {
    succeeded(await foundation.pulumi("stack", "init"));
    succeeded(await foundation.up("--strict"));
    const written = [...(await filesBelow(bucket)).keys()];
    assert.deepEqual(
      written.filter((path) => /^(?:releases|channels|dists)\//.test(path) || path === "tuf/timestamp.json"),
      [],
    );
    const pin = shell.find((text) => text.includes("tuf-root.json"));
    await commands(checkout.folder, pin);
    succeeded(await foundation.preview("--expect-no-changes"));
  });

  await t.test("1.0.0 goes from candidate to beta, once it was decided upon", async () => {
    succeeded(await candidate.pulumi("stack", "init"));
    await publish("1.0.0");
    succeeded(await beta.pulumi("stack", "init"));
    const refused = await beta.preview();
    assert.notEqual(refused.code, 0);
    assert.match(refused.text, /governance-log\.md has no entry for agent 1\.0\.0: .*users of beta .*\[SLW-GATE\]/);
    await decide("1.0.0", refused.text);
    succeeded(await beta.up("--strict"));
    succeeded(await beta.preview("--expect-no-changes"));
  });

  await t.test("and from beta to stable, which never sees what beta does not name", async () => {
    succeeded(await release.pulumi("stack", "init"));
    succeeded(await release.preview());
    succeeded(await release.up("--strict"));
    await publish("1.1.0");
    await move("release", "1.1.0");
    const refused = await release.preview();
    assert.notEqual(refused.code, 0);
    assert.match(refused.text, /slipway:version asks for agent 1\.1\.0, which channel beta never named .*SLW-VERSION/);
    assert.deepEqual(await served(), ["candidate 1.1.0: 1.0.0, 1.1.0", "beta 1.0.0: 1.0.0", "stable 1.0.0: 1.0.0"]);
  });

  await t.test("each channel is a suite of its own to apt", async () => {
    await move("beta", "1.1.0");
    await decide("1.1.0", (await beta.preview()).text);
    succeeded(await beta.up("--strict"));
    assert.deepEqual(await served(), [
      "candidate 1.1.0: 1.0.0, 1.1.0",
      "beta 1.1.0: 1.0.0, 1.1.0",
      "stable 1.0.0: 1.0.0",
    ]);
    for (const [suite, version] of [
      ["beta", "1.1.0"],
      ["stable", "1.0.0"],
    ] as const) {
      const client = await debianClient(t, { release: "12", bucket, archive: "example", suite });
      await client.aptGet("update");
      assert.equal(await client.policy("agent"), `(none) → ${version}`);
      await client.aptGet("install", "--yes", "agent");
      assert.equal(await client.version("agent"), `agent ${version}`);
    }
    succeeded(await release.up("--strict"));
    assert.equal((await served())[2], "stable 1.1.0: 1.0.0, 1.1.0");
    for (const it of [foundation, candidate, beta, release]) succeeded(await it.preview("--expect-no-changes"));
  });
});
