import assert from "node:assert/strict";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { changesBetween, filesBelow } from "./engine/bucket-files.ts";
import { commitAll, git, makeCheckout } from "./engine/checkout.ts";
import { type Place, type Result, runIn } from "./engine/command.ts";
import { kill, processTree } from "./engine/processes.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { devStack, succeeded } from "./engine/stack.ts";
import { machineTool } from "./tools.ts";

const settings = { manifests: [manifestOf("alpha")], archive: "team" };
const stackFile = join("stacks", "Pulumi.dev.yaml");

/** A dev stack with a product alpha, and the command line that a person has there. */
async function alphaStack(t: TestContext) {
  const checkout = await makeCheckout(t);
  const stack = devStack(checkout);
  const place: Place = { folder: checkout.folder, environment: { PULUMI_HOME: join(checkout.scratch, "pulumi-home") } };
  const command = ["bootstrap/slipway.mjs"];
  const slipway = (...args: string[]) => runIn(place, process.execPath, [...command, ...args]);
  const text = () => readFile(join(checkout.folder, stackFile), "utf8");
  const channel = async () => {
    const entry = JSON.parse(await readFile(join(checkout.bucket, "channels", "alpha", "dev.json"), "utf8"));
    return `${entry.current.version} #${entry.serial}`;
  };
  const release = async (version: string, ...args: string[]) => {
    await writeProduct(checkout.folder, { id: "alpha", version });
    succeeded(await stack.up(...args));
  };
  return { checkout, stack, place, command, slipway, text, channel, release };
}

test("slipway rollback: what it says, what it leaves, and that it leaves nothing where it does not happen", async (t) => {
  const { checkout, stack, place, command, slipway, text, channel, release } = await alphaStack(t);
  await stack.configure(settings);
  for (const version of ["1.0.0", "1.1.0"]) await release(version, "--skip-preview");
  const file = join(checkout.folder, stackFile);
  // As no program writes it: what is put back is put back byte for byte.
  const before = `# Ours.\n${await text()}# The end, without a line break`;
  await writeFile(file, before);
  const bucket = await filesBelow(checkout.bucket);
  const untouched = async () => {
    assert.equal(await text(), before);
    assert.deepEqual(changesBetween(bucket, await filesBelow(checkout.bucket)), []);
  };

  await t.test("without a terminal and without --yes it refuses before it writes", async () => {
    const refused = await slipway("rollback");
    assert.equal(refused.code, 2);
    assert.match(refused.text, /^There is no terminal to ask at; nothing was changed\. {2}\[SLW-COMMAND\]$/m);
    await untouched();
  });

  await t.test("a version that the channel never had is refused before anything is previewed", async () => {
    const refused = await slipway("rollback", "--to", "0.9.0", "--yes");
    assert.equal(refused.code, 1);
    assert.match(
      refused.text,
      /^Channel dev never had alpha 0\.9\.0\. {2}\[SLW-VERSION\]\n +It had 1\.1\.0\+[0-9a-f]{12}, 1\.0\.0\+/m,
    );
    assert.doesNotMatch(refused.text, /Previewing/);
    await untouched();
  });

  await t.test(
    "a person reads what is served, what was, and what users get; anything but yes puts the file back",
    async () => {
      const asked = await onTerminal(place, [...command, "rollback"], "n");
      assert.equal(asked.code, 1, asked.text);
      const [served, back, ...more] = asked.text
        .replaceAll("\r", "")
        .split("\n")
        .filter((line) => line !== "");
      assert.match(
        served ?? "",
        /^dev has served alpha 1\.1\.0\+[0-9a-f]{12} for \d+ (?:s|min) \(serial 2, by .+\)\. Before it: 1\.0\.0\+[0-9a-f]{12}, for /,
      );
      assert.match(back ?? "", /^Going back to 1\.0\.0\+[0-9a-f]{12} moves pointers only\. What users get:$/);
      assert.match(more.join("\n"), /^ {2}apt +new installs get 1\.0\.0; machines that have 1\.1\.0 keep it/);
      assert.match(asked.text, /~ serves *: "1\.1\.0" => "1\.0\.0"/);
      assert.match(asked.text, /Do it\? \(y\/N\)/);
      assert.match(asked.text, /^Nothing was changed; stacks\/Pulumi\.dev\.yaml is as it was\.\r?$/m);
      await untouched();
    },
  );

  await t.test("a preview that fails puts the file back", async () => {
    await writeFile(file, `${before}\n`.replace("config:\n", "config:\n  slipway:keep: 0\n"));
    const broken = await text();
    const failed = await slipway("rollback", "--yes");
    assert.equal(failed.code, 1);
    assert.match(failed.text, /slipway:keep: expected a whole number/);
    assert.match(failed.text, /^The preview failed\.\nNothing was changed; /m);
    assert.equal(await text(), broken);
    await writeFile(file, before);
    await untouched();
  });

  await t.test(
    "killed in the preview, the file says what was asked for, and the same command completes it",
    async () => {
      const killed = await untilKilled(place, [...command, "rollback", "--yes"], /^Previewing update/m);
      assert.notEqual(killed.code, 0);
      assert.match(await text(), /^ {2}slipway:version: 1\.0\.0\+[0-9a-f]{12}$/m);
      assert.equal(await channel(), "1.1.0 #2");

      const done = succeeded(await slipway("rollback", "--yes"));
      assert.match(
        done.text,
        /^stacks\/Pulumi\.dev\.yaml asks for 1\.0\.0\+[0-9a-f]{12} already, and no update has finished it/m,
      );
      assert.match(
        done.text,
        /^dev serves alpha 1\.0\.0\+[0-9a-f]{12} \(serial 3\)\. stacks\/Pulumi\.dev\.yaml says so, and is not in git/m,
      );
      assert.equal(await channel(), "1.0.0 #3");
      assert.match(await text(), /^# Ours\.\n(?:.*\n)*# The end, without a line break\n?$/);
      succeeded(await stack.preview("--expect-no-changes"));
    },
  );

  await t.test("once more is no way back: it says which ways there are", async () => {
    const again = await slipway("rollback", "--yes");
    assert.equal(again.code, 1);
    assert.match(again.text, /^dev was rolled back already, from alpha 1\.1\.0\+\S+ to 1\.0\.0\+\S+ by /m);
  });

  await t.test(
    "an update that is killed is completed by the same command, and history tells what was live",
    async () => {
      await stack.configure(settings);
      // With a preview: an update without one is held to the last that was made here, which went back to 1.0.0.
      await release("1.2.0");
      await untilKilled(place, [...command, "rollback", "--to", "1.0.0", "--yes"], /^Updating \(dev\)/m);
      succeeded(await slipway("rollback", "--yes"));
      assert.match(await channel(), /^1\.0\.0 #[56]$/);
      const history = JSON.parse(succeeded(await slipway("history", "dev", "--product", "alpha", "--json")).stdout);
      const moves: readonly { readonly version: string; readonly move: string }[] = history.channels[0].moves;
      const served = moves
        .filter(({ move }) => move !== "signed anew")
        .map(({ version, move }) => `${move} ${version}`);
      assert.deepEqual(served, ["rollback 1.0.0", "release 1.2.0", "rollback 1.0.0", "release 1.1.0", "first 1.0.0"]);
    },
  );
});

test("slipway promote: goes on from what git says was live, and stops where somebody rolled back by hand", async (t) => {
  const { checkout, stack, slipway, channel } = await alphaStack(t);
  const commit = async (version: string) => {
    await stack.configure({ ...settings, version });
    // A dev stack's file is not for git; a release stack's is.
    await git(checkout.folder, "add", "--force", stackFile);
    await commitAll(checkout.folder, `alpha ${version}`);
  };
  const promote = () => slipway("promote", "--stack", "dev");

  await t.test("a stack without an update, then a new version", async () => {
    // The stack is there, with its salt in the file, and was never updated.
    succeeded(await stack.pulumi("config"));
    await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0" });
    await commit("1.0.0");
    succeeded(await promote());
    await writeProduct(checkout.folder, { id: "alpha", version: "1.1.0" });
    await commit("1.1.0");
    succeeded(await promote());
    assert.equal(await channel(), "1.1.0 #2");
  });

  await t.test(
    "rolled back by hand, and then the next version is merged: refused, and nothing is written",
    async () => {
      succeeded(await slipway("rollback", "--yes"));
      assert.equal(await channel(), "1.0.0 #3");
      await git(checkout.folder, "checkout", "--", stackFile);
      await writeProduct(checkout.folder, { id: "alpha", version: "1.2.0" });
      await commit("1.2.0");
      const bucket = await filesBelow(checkout.bucket);
      const refused = await promote();
      assert.equal(refused.code, 1);
      assert.match(
        refused.text,
        /^dev serves alpha 1\.0\.0\+\S+ since \S+ \(serial 3, by .+\), but stacks\/Pulumi\.dev\.yaml said 1\.1\.0 \(commit [0-9a-f]{12}\) before this change: .*\[SLW-ROLLED-BACK\]$/m,
      );
      assert.doesNotMatch(refused.text, /Previewing/);
      assert.deepEqual(changesBetween(bucket, await filesBelow(checkout.bucket)), []);
    },
  );

  await t.test("once a commit says what is live, the next one goes on from there", async () => {
    await commit("1.0.0");
    await commit("1.2.0");
    succeeded(await promote());
    assert.equal(await channel(), "1.2.0 #4");
    const again = succeeded(await promote());
    assert.match(again.text, /unchanged/);
  });
});

/** Runs a Node program at a terminal, and types one line there once it asks. */
async function onTerminal(place: Place, args: readonly string[], answer: string): Promise<Result> {
  const script = machineTool("script", "bsdutils");
  const keyboard = join(place.folder, ".slipway", "keyboard");
  const program = [process.execPath, ...args].map((word) => `'${word}'`).join(" ");
  // Opened for both, so that the terminal stays open while nobody types.
  const terminal = `mkfifo '${keyboard}' && exec 3<>'${keyboard}' && '${script}' -q -e -c "${program}" /dev/null <&3`;
  let typing: Promise<void> | undefined;
  const onText = (text: string) => {
    if (text.includes("(y/N)")) typing ??= appendFile(keyboard, `${answer}\n`);
  };
  const result = await runIn({ ...place, onText }, "sh", ["-c", terminal]);
  await typing;
  return result;
}

/** Runs a Node program and kills it, with all that it started, as soon as it has printed `line`. */
async function untilKilled(place: Place, args: readonly string[], line: RegExp): Promise<Result> {
  let pid = 0;
  let killing: Promise<void> | undefined;
  const killAll = async () => {
    for (const process of await processTree(pid)) kill(process);
  };
  const result = await runIn(
    {
      ...place,
      onStart: (started) => {
        pid = started;
      },
      onText: (text) => {
        if (line.test(text)) killing ??= killAll();
      },
    },
    process.execPath,
    args,
  );
  assert.ok(killing, `it never printed ${line}:\n${result.text}`);
  await killing;
  return result;
}
