import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { shortDigest, sizeText } from "../packaging/cli/table.ts";
import { sha256File } from "../packaging/digest.ts";
import { run } from "../packaging/process.ts";
import { changesBetween, filesBelow } from "./engine/bucket-files.ts";
import { bundleChanges, contentDigests } from "./engine/bundle-changes.ts";
import { git, makeCheckout } from "./engine/checkout.ts";
import { changedLines } from "./engine/diff-lines.ts";
import { devStack, succeeded } from "./engine/stack.ts";
import { machineTool } from "./tools.ts";

const configuration = "etc/runtime/runtime.toml";

test("a bare clone: npm start twice, one changed line previewed and published", async (t) => {
  const { folder: origin, scratch } = await makeCheckout(t, { name: "origin", dependencies: false });
  const clone = join(scratch, "clone");
  await git(scratch, "clone", "--quiet", origin, clone);
  const stack = devStack({ folder: clone, bucket: join(clone, ".slipway", "bucket"), scratch });
  const { version } = parse(await readFile(join(clone, "packaging", "runtime", "manifest.yaml"), "utf8"));
  const releases = join(clone, ".slipway", "bucket", "releases", "runtime");
  /** The artifacts of the newest release: name → digest of the file that lies in the bucket. */
  const artifacts = async (known: readonly string[]) => {
    const folders = (await readdir(releases)).filter((name) => !known.includes(name));
    assert.equal(folders.length, 1, `expected one new release, found ${folders.join(", ")}`);
    const folder = folders[0] ?? "";
    const names = (await readdir(join(releases, folder)))
      .filter((name) => /\.(?:deb|tar\.zst|tar\.gz|zip|msi|pkg)$/.test(name))
      .sort();
    const facts = names.map(async (name) => [name, await sha256File(join(releases, folder, name))] as const);
    return { folder, files: new Map(await Promise.all(facts)) };
  };

  await t.test("npm start ends with the table of artifacts and the lines to install them", async () => {
    const { stdout } = succeeded(await stack.npm("start"));
    const [, end = ""] = stdout.split(`\nruntime ${version} is on channel dev (serial 1)\n`);
    const { folder, files } = await artifacts([]);
    assert.equal(files.size, 12);
    const rows = end.split("\n").map((line) => line.trim().split(/ {2,}/));
    const record = parse(await readFile(join(releases, folder, "release.json"), "utf8")) as {
      readonly artifacts: readonly { readonly name: string; readonly content: string; readonly shipped: string }[];
    };
    for (const [name, { size, sha256 }] of files) {
      const recorded = record.artifacts.find((artifact) => artifact.name === name);
      assert.equal(recorded?.shipped, sha256, name);
      // What is signed inside is told by its content.
      assert.deepEqual(
        rows.find(([first]) => first === name),
        [name, sizeText(size), shortDigest(recorded?.content ?? "")],
      );
    }
    const [key = "", sources = "", install = ""] = [...end.matchAll(/^ {2}(sudo .*)$/gm)].map(([, line = ""]) => line);
    for (const line of [key, sources]) {
      const file = /^sudo install -m 0644 (\.slipway\/bucket\/\S+) \//.exec(line)?.[1] ?? line;
      assert.ok((await stat(join(clone, file))).size > 0, line);
    }
    assert.match(install, /^sudo apt update && sudo apt install runtime\b/);
    assert.match(folder, new RegExp(`^${version.replaceAll(".", "\\.")}\\+[0-9a-f]{12}$`));
  });
  const published = await artifacts([]);

  await t.test("its archives unpack, and the program in them says its version", async () => {
    const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
    for (const name of published.files.keys()) {
      const unpacked = join(scratch, "unpacked", name);
      await mkdir(unpacked, { recursive: true });
      const file = join(releases, published.folder, name);
      if (name.endsWith(".deb")) {
        await run({ file: machineTool("dpkg-deb", "dpkg"), args: ["--extract", file, unpacked] });
        continue;
      }
      if (name.endsWith(".pkg")) {
        await run({ file: machineTool("bsdtar", "libarchive-tools"), args: ["-xf", file], folder: unpacked });
        assert.ok((await stat(join(unpacked, "runtime.pkg", "Payload"))).size > 1_000_000);
        continue;
      }
      if (name.endsWith(".msi")) {
        await run({ file: machineTool("msiextract", "msitools"), args: ["-C", unpacked, file] });
        assert.ok((await stat(join(unpacked, "runtime", "bin", "runtime.exe"))).size > 1_000_000);
        continue;
      }
      if (name.endsWith(".zip")) {
        await run({ file: machineTool("unzip", "unzip"), args: ["-q", file], folder: unpacked });
        const [program = ""] = await readdir(unpacked);
        assert.ok((await stat(join(unpacked, program, "bin", "runtime.exe"))).size > 1_000_000);
        continue;
      }
      machineTool("zstd", "zstd");
      await run({ file: machineTool("tar", "tar"), args: ["--extract", "--file", file], folder: unpacked });
      if (!name.includes(machine)) continue;
      const [program = ""] = (await readdir(unpacked, { recursive: true })).filter((path) =>
        /(^|\/)bin\/runtime$/.test(path),
      );
      const { stdout } = await run({ file: join(unpacked, program), args: ["--version"] });
      assert.equal(stdout, version);
    }
  });

  await t.test("a second npm start has nothing to do and leaves git clean", async () => {
    const before = await filesBelow(stack.checkout.bucket);
    const { stdout } = succeeded(await stack.npm("start"));
    assert.match(
      stdout,
      new RegExp(`\nnothing to do: runtime ${version.replaceAll(".", "\\.")} is on channel dev \\(serial 1\\)\n$`),
    );
    assert.deepEqual(changesBetween(before, await filesBelow(stack.checkout.bucket)), []);
    assert.equal(await git(clone, "status", "--porcelain"), "");
    assert.equal((await stat(join(clone, ".slipway", "passphrase"))).mode & 0o777, 0o600);
  });

  await t.test("one changed line: the diff names that file and the digests that are then published", async () => {
    const file = join(clone, "packaging", "runtime", "config", "runtime.toml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/^grace = \d+$/m, "grace = 31"));
    assert.equal(await git(clone, "diff", "--numstat"), "1\t1\tpackaging/runtime/config/runtime.toml\n");

    const preview = succeeded(await stack.npm("run", "preview"));
    // A package holds it twice: as what users edit, and as the default that an upgrade tells them of.
    const deb = [configuration, `usr/share/runtime/defaults/${configuration}`];
    const affected = { "runtime-bin.deb": deb, "tar.gz": [configuration], "tar.zst": [configuration] };
    assert.deepEqual(bundleChanges(preview), { "runtime-linux-x86_64": affected, "runtime-linux-aarch64": affected });
    const promised = contentDigests(preview);
    assert.equal(Object.keys(promised).length, 6);

    succeeded(await stack.npm("start"));
    const { files } = await artifacts([published.folder]);
    const changed = [...files].filter(([name, { sha256 }]) => published.files.get(name)?.sha256 !== sha256);
    assert.deepEqual(changed.map(([, { sha256 }]) => sha256).sort(), Object.values(promised).sort());
  });

  await t.test(
    "one changed line of launchd's property list: the diff names it in the macOS package alone",
    async () => {
      const name = "packaging/runtime/assets/macos/runtime.plist";
      const text = await readFile(join(clone, name), "utf8");
      await writeFile(join(clone, name), text.replace("<integer>30</integer>", "<integer>31</integer>"));
      assert.equal(await git(clone, "diff", "--numstat", name), `1\t1\t${name}\n`);

      const preview = succeeded(await stack.npm("run", "preview"));
      const list = "Library/LaunchDaemons/example.slipway.runtime.runtime.plist";
      assert.deepEqual(bundleChanges(preview), { "runtime-macos-universal": { pkg: [list] } });
      const shown = changedLines(preview).filter((line) => line.includes("integer"));
      assert.deepEqual(
        shown.map((line) => line.replaceAll(/\s/g, "")),
        ["-<integer>30</integer>", "+<integer>31</integer>"],
      );
      await writeFile(join(clone, name), text);
    },
  );

  await t.test(
    "one changed line of the script for WSL: the diff names it where it is installed, and shows the line",
    async () => {
      const name = "packaging/runtime/assets/linux/runtime-windows.sh";
      const text = await readFile(join(clone, name), "utf8");
      await writeFile(join(clone, name), text.replace("    refuse 'interop is off", "    refuse 'interop was off"));
      assert.equal(await git(clone, "diff", "--numstat", name), `1\t1\t${name}\n`);

      const preview = succeeded(await stack.npm("run", "preview"));
      const script = "share/runtime/wsl/runtime-windows.sh";
      const linux = { "runtime-bin.deb": [`usr/${script}`], "tar.gz": [script], "tar.zst": [script] };
      assert.deepEqual(bundleChanges(preview), {
        "runtime-linux-x86_64": linux,
        "runtime-linux-aarch64": linux,
        "runtime-windows-x86_64": { msi: [script], zip: [script] },
      });
      const shown = changedLines(preview).filter((line) => line.includes("interop"));
      assert.deepEqual(
        new Set(shown.map((line) => line.slice(0, 32))),
        new Set(["- refuse 'interop is off in /etc", "+ refuse 'interop was off in /et"]),
      );
      assert.equal(shown.length, 16);
    },
  );
});
