import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { repository } from "../engine/checkout.ts";
import { type Call, type Fake, type FakeWsl, fakeWsl, scripts, windowsFolder } from "./fake-wsl.ts";

const shim = `${scripts}/runtime-windows.sh`;
const program = `/mnt/c/${windowsFolder}/bin/runtime.exe`;
const powershell = "/mnt/c/Windows/System32/WindowsPowerShell/v1.0/powershell.exe";
const share = (path: string) => `\\\\wsl.localhost\\Debian${path.replaceAll("/", "\\")}`;
const configuration = "[bridge]\nwindows-folder = 'C:\\Program Files\\runtime'\n";
const session = "/run/WSL/8_interop";

/** How the program of Windows says that it was started. */
interface Started {
  readonly program: string;
  readonly folder: string;
  readonly interop: string;
  readonly args: readonly string[];
  /** What it read from standard input. */
  readonly input: string;
}

for (const shell of ["dash", "bash"] as const) {
  describe(`runtime-windows under ${shell}`, () => {
    /** A distribution with a session, and the shim as it is called there. */
    async function distribution(t: TestContext, fake: Partial<Fake> = {}) {
      const wsl = await fakeWsl(t, { shell, configuration, ...fake });
      await wsl.interop("8_interop", 0);
      return { wsl, call: caller(wsl) };
    }

    test("starts the program by its absolute path, and hands on arguments, input, session and exit code", async (t) => {
      const { wsl, call } = await distribution(t);
      await wsl.write("exit-code", "42");
      const { code, started } = await call({ args: ["run", "--minify", "--format=esm"], input: "let a = 1\n" });
      assert.equal(code, 42);
      assert.deepEqual(started(), {
        program,
        folder: `/mnt/c/${windowsFolder}`,
        interop: session,
        args: ["--minify", "--format=esm"],
        input: "let a = 1",
      });
    });

    test("translates what names a path, and nothing else", async (t) => {
      const { wsl, call } = await distribution(t);
      await wsl.write("home/ana/app one.js", "");
      await wsl.write(`home/ana/it's "here".js`, "");
      await wsl.write("mnt/d/work/b.js", "");
      const rows: readonly (readonly [argument: string, expected: string])[] = [
        ["app one.js", share("/home/ana/app one.js")],
        ["./app one.js", share("/home/ana/./app one.js")],
        [`it's "here".js`, share(`/home/ana/it's "here".js`)],
        ["/mnt/d/work/b.js", "D:\\work\\b.js"],
        ["--outfile=app one.js", `--outfile=${share("/home/ana/app one.js")}`],
        ["--outdir=/mnt/d/work/new one/deep", "--outdir=D:\\work\\new one\\deep"],
        ["--outdir=/mnt/d/work/new/", "--outdir=D:\\work\\new"],
        ["--outdir=made", `--outdir=${share("/home/ana/made")}`],
        ["--servedir=/mnt/d", "--servedir=D:\\"],
        ["--outdir=", "--outdir="],
        ["--inject:/mnt/d/work/b.js", "--inject:D:\\work\\b.js"],
        ["--inject:", "--inject:"],
        ["--define:PATH=/home/ana", "--define:PATH=/home/ana"],
        ["--serve=127.0.0.1:7117", "--serve=127.0.0.1:7117"],
        ["--banner:js=/* $HOME `id` */\n\n", "--banner:js=/* $HOME `id` */\n\n"],
        ["no such file", "no such file"],
        ["C:\\work\\c.js", "C:\\work\\c.js"],
        ["*", "*"],
        ["", ""],
        ["-", "-"],
      ];
      const args = ["run", ...rows.map(([argument]) => argument)];
      const { code, started } = await call({ args, folder: "/home/ana" });
      assert.equal(code, 0);
      assert.deepEqual(
        started().args,
        rows.map(([, expected]) => expected),
      );
    });

    test("a working folder on a drive of Windows stays; any other gives way to the runtime's own", async (t) => {
      const { wsl, call } = await distribution(t);
      await wsl.write("mnt/d/my work/b.js", "");
      const on = await call({ args: ["run", "b.js"], folder: "/mnt/d/my work" });
      assert.deepEqual([on.started().folder, on.started().args], ["/mnt/d/my work", ["D:\\my work\\b.js"]]);
      const off = await call({ args: ["run"], folder: "/tmp" });
      assert.equal(off.started().folder, `/mnt/c/${windowsFolder}`);
    });

    for (const [root, mounts] of [
      ["/windows drives/", "/windows drives"],
      ["/win", "/win"],
      ["/", ""],
    ] as const) {
      test(`drives below ${root}, as wsl.conf says`, async (t) => {
        const wslConf = `# root = /commented/\r\n[boot]\r\nroot = /wrong/\r\n[automount]\r\n  root = "${root}" \r\n[user]\r\nroot = /wrong/\r\n`;
        const { call } = await distribution(t, { mounts, wslConf });
        const { code, stderr, started } = await call({ args: ["run", "--outdir=/tmp"] });
        assert.deepEqual([code, stderr], [0, ""]);
        assert.equal(started().program, `${mounts}/c/${windowsFolder}/bin/runtime.exe`);
      });
    }

    test("run from the folder of Windows, it needs no configuration", async (t) => {
      const { wsl, call } = await distribution(t, { configuration: undefined });
      const here = `/mnt/d/Other Folder/share/runtime/wsl/runtime-windows.sh`;
      await wsl.write(
        here,
        await readFile(join(repository, "packaging/runtime/assets/linux/runtime-windows.sh"), "utf8"),
        0o755,
      );
      await wsl.write("/mnt/d/Other Folder/bin/runtime.exe", "#!/bin/sh\nprintf '%s\\0' \"$0\" '' ''\n", 0o755);
      const { code, started } = await call({ program: here, args: ["run"] });
      assert.deepEqual([code, started().program], [0, "/mnt/d/Other Folder/bin/runtime.exe"]);
    });

    test("without a session of its own it takes the newest that is there", async (t) => {
      const { wsl, call } = await distribution(t);
      await wsl.interop("9_interop", 100);
      await wsl.write("run/WSL/99_interop", "no socket");
      for (const WSL_INTEROP of ["", "/run/WSL/7_interop", "/run/WSL/99_interop"]) {
        const { started } = await call({ args: ["run"], environment: { WSL_INTEROP } });
        assert.equal(started().interop, session);
      }
      const own = await call({ args: ["run"], environment: { WSL_INTEROP: "/run/WSL/9_interop" } });
      assert.equal(own.started().interop, "/run/WSL/9_interop");
    });

    test("relay and escrow start the scripts beside the program, and secrets go by standard input", async (t) => {
      const { wsl, call } = await distribution(t);
      await wsl.write("home/ana/recovery key.cer", "");
      const script = (name: string) => [
        ...["-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "RemoteSigned", "-File"],
        `C:\\Program Files\\runtime\\share\\runtime\\powershell\\${name}`,
      ];
      const envelope = share("/home/ana/new.json");
      const rows: readonly (readonly [args: readonly string[], expected: readonly string[]])[] = [
        [["relay"], script("relay.ps1")],
        [
          ["escrow", "protect", "new.json", "recovery key.cer"],
          [...script("escrow.ps1"), "protect", envelope, share("/home/ana/recovery key.cer")],
        ],
        [
          ["escrow", "unprotect", "new.json"],
          [...script("escrow.ps1"), "unprotect", envelope],
        ],
        [
          ["escrow", "recover", "new.json"],
          [...script("escrow.ps1"), "recover", envelope],
        ],
      ];
      await wsl.write("exit-code", "1");
      for (const [args, expected] of rows) {
        const { code, started } = await call({ args, folder: "/home/ana", input: "c2VjcmV0" });
        assert.deepEqual([code, started().program, started().args], [1, powershell, expected]);
        assert.equal(started().input, "c2VjcmV0");
      }
    });

    const refusals: readonly (readonly [what: string, fake: Partial<Fake>, args: readonly string[], said: RegExp])[] = [
      [
        "no WSL",
        { release: "6.12.48+deb13-amd64" },
        ["run"],
        /^this is no WSL distribution \(kernel 6\.12\.48\+deb13-amd64\)/,
      ],
      [
        "interop off",
        { wslConf: "[interop]\nenabled = false\n" },
        ["run"],
        /^interop is off in \/etc\/wsl\.conf: set enabled = true/,
      ],
      ["no configuration", { configuration: undefined }, ["run"], /^\/etc\/runtime\/runtime\.toml names no folder/],
      [
        "double quotes",
        { configuration: 'windows-folder = "C:\\\\Runtime"\n' },
        ["run"],
        /expected windows-folder = 'C:\\Program Files\\runtime'/,
      ],
      [
        "no runtime there",
        { configuration: "windows-folder = 'E:\\Else where'\n" },
        ["run"],
        /^there is no runtime on Windows at \/mnt\/e\/Else where:/,
      ],
      ["a path that Windows cannot reach", {}, ["run", "--outdir=/proc/new"], /^Windows cannot reach \/proc\/new: /],
      [
        "an envelope that it cannot reach",
        {},
        ["escrow", "unprotect", "/proc/new"],
        /^Windows cannot reach \/proc\/new: /,
      ],
      ["no command", {}, [], /^expected run \[ARGUMENT\]/],
      ["another command", {}, ["start"], /^expected run \[ARGUMENT\]/],
      ["a relay of something", {}, ["relay", "x"], /^expected run \[ARGUMENT\]/],
      ["a secret as an argument", {}, ["escrow", "unprotect", "new.json", "c2VjcmV0"], /^expected run \[ARGUMENT\]/],
    ];
    for (const [what, fake, args, said] of refusals) {
      test(`refuses with a sentence and starts nothing: ${what}`, async (t) => {
        const { call } = await distribution(t, fake);
        const { code, stdout, stderr } = await call({ args });
        assert.deepEqual([code, stdout], [125, ""]);
        assert.match(stderr.replace("wslpath: /proc: Invalid argument\n", ""), /^runtime-windows: [^\n]+\.$/);
        assert.match(stderr.replace(/^.*runtime-windows: /s, ""), said);
      });
    }

    test("refuses with a sentence where no session of WSL has a way to Windows", async (t) => {
      const wsl = await fakeWsl(t, { shell, configuration });
      const { code, stdout, stderr } = await caller(wsl)({ args: ["run"] });
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(
        stderr,
        /^runtime-windows: no way to Windows: WSL_INTEROP names no socket, and \/run\/WSL has none\. [^\n]+\.$/,
      );
    });
  });
}

test("the options that take a path are those that the completions complete as paths", async () => {
  const read = (path: string) => readFile(join(repository, "packaging/runtime/assets", path), "utf8");
  const branches = (await read("completions/runtime.bash")).matchAll(/^ *(--[^)]*)\)\n *cur=/gm);
  const named = [...branches]
    .flatMap(([, branch = ""]) => [...branch.matchAll(/--([a-z-]+)=\*/g)])
    .map(([, name]) => name);
  const translated = /^options='([a-z -]+)'$/m.exec(await read("linux/runtime-windows.sh"))?.[1]?.split(" ");
  assert.deepEqual(translated?.toSorted(), named.toSorted());
  assert.ok(named.length > 5);
});

function caller(wsl: FakeWsl) {
  return async (call: Omit<Call, "program"> & { readonly program?: string }) => {
    const { exitCode, stdout, stderr } = await wsl.run({ program: shim, ...call });
    const started = (): Started => {
      const [name = "", folder = "", interop = "", ...args] = stdout.split("\0");
      const input = args.pop() ?? "";
      return { program: name, folder, interop, args, input };
    };
    return { code: exitCode, stdout, stderr, started };
  };
}
