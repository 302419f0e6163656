/**
 * `npm run test:windows`: runs the Pester tests of the product's PowerShell, in Windows PowerShell 5.1 and in PowerShell 7,
 * on the files as Windows gets them. It needs Windows with both, and Pester 5.5 or newer.
 */
import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SlipwayError } from "../../packaging/errors.ts";
import { readManifest } from "../../packaging/manifest/parse.ts";
import { runOnTerminal } from "../../packaging/process.ts";
import { writeEnvelope } from "./envelope.ts";
import { makeRecoveryKey } from "./recovery-key.ts";

const here = import.meta.dirname;
const product = join(here, "..", "..", "packaging", "runtime");

async function main(): Promise<number> {
  if (process.platform !== "win32") {
    console.error(`The Pester tests need Windows, and this is ${process.platform}: the workflow ci runs them.`);
    return 1;
  }
  const scratch = await mkdtemp(join(tmpdir(), "slipway-pester-"));
  try {
    const fixtures = join(scratch, "fixtures");
    await writeFixtures(fixtures);
    let code = 0;
    for (const shell of ["powershell.exe", "pwsh.exe"]) {
      console.log(`\n${shell}`);
      const installed = join(scratch, shell, "installed");
      await install(installed);
      const how = ["-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "RemoteSigned"];
      const what = ["-Installed", installed, "-Fixtures", fixtures, "-Node", process.execPath];
      const args = [...how, "-File", join(here, "Run.ps1"), ...what];
      const environment = { PSModulePath: modulePath() };
      code = Math.max(code, await runOnTerminal({ file: shell, args, environment, installHint: "Both are needed." }));
    }
    return code;
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Where either PowerShell finds Pester, whichever it was installed by; the caller's own list is that of one of them. */
function modulePath(): string {
  const { ProgramFiles = "", SystemRoot = "" } = process.env;
  const shared = ["WindowsPowerShell", "PowerShell"].map((name) => join(ProgramFiles, name, "Modules"));
  return [...shared, join(SystemRoot, "System32", "WindowsPowerShell", "v1.0", "Modules")].join(";");
}

/** The product's own files as the archive for Windows has them: what is below usr/ lies beside etc/. */
async function install(folder: string): Promise<void> {
  const { files } = await readManifest(join(product, "manifest.yaml"), "packaging/runtime/manifest.yaml");
  for (const { from, to, only } of files) {
    if (!only.includes("windows")) continue;
    const file = join(folder, to.replace(/^usr\//, ""));
    await mkdir(dirname(file), { recursive: true });
    await cp(join(product, from), file);
  }
}

/** Keys, and envelopes that another implementation made with them. */
async function writeFixtures(folder: string): Promise<void> {
  const [key, other, small] = [makeRecoveryKey(3072), makeRecoveryKey(3072), makeRecoveryKey(2048)];
  const secret = randomBytes(48);
  const texts = {
    "secret.txt": secret.toString("base64"),
    "recovery.cer": key.certificate,
    "recovery.key": key.privateKey,
    "thumbprint.txt": key.thumbprint,
    "other.key": other.privateKey,
    "small.cer": small.certificate,
    "foreign.json": JSON.stringify(await writeEnvelope(secret, key)),
    "newer.json": JSON.stringify(await writeEnvelope(secret, key, 2)),
  };
  await mkdir(folder);
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SlipwayError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
