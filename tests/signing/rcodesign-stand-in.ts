// A stand-in for rcodesign, for tests: it takes the arguments that apple-codesign 0.29.0 documents, refuses what must not be
// among them, and writes slices that look signed. Nothing that it writes would run on a Mac.
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { StandIn } from "./rcodesign.ts";

// What a test tells lies beside the program: one that Slipway starts gets no variables of a test.
const own = process.env["PATH"]?.split(delimiter)[0] ?? "";
const told = JSON.parse(readFileSync(join(own, "stand-in.json"), "utf8")) as StandIn & { readonly version: string };
const args = process.argv.slice(2);
if (args[0] === "--version") {
  process.stdout.write(`${told.version}\n`);
  process.exit(0);
}

// Loaded when something is signed: most runs ask for the version alone.
const { signedSlice } = await import("../../packaging/formats/macos/__fixtures__/code-signature.ts");
const { arm, intel } = await import("../../packaging/formats/macos/__fixtures__/mach-o.ts");
const { joinMachO } = await import("../../packaging/formats/macos/join-mach-o.ts");
const { openPkcs12 } = await import("../../packaging/signing/x509/pkcs12.ts");

if (args.splice(0, 3).join(" ") !== "--config-file /dev/null sign") fail("expected --config-file /dev/null sign first");
const text = { type: "string", default: "" } as const;
const { values, positionals } = parseArgs({
  args,
  allowPositionals: true,
  options: {
    ...{ "p12-file": text, "p12-password-file": text, "code-signature-flags": text },
    ...{ "binary-identifier": text, "signing-time": text, "timestamp-url": text },
  },
});
const [input = "", output = ""] = positionals;
const { "p12-file": p12, "p12-password-file": passwordFile } = values;
for (const file of [p12, passwordFile]) {
  if ((statSync(file).mode & 0o777) !== 0o600) fail(`${file} is open to others`);
  if ((statSync(dirname(file)).mode & 0o777) !== 0o700) fail(`the folder of ${file} is open to others`);
}
const [password = ""] = readFileSync(passwordFile, "utf8").split("\n");
const seen = [...process.argv, ...Object.values(process.env)].join("\n");
if ([password, ...told.secrets].some((secret) => seen.includes(secret)))
  fail("a secret is among arguments or variables");
const { certificates } = openPkcs12(readFileSync(p12), password, "the stand-in");
if (certificates.length !== 1) fail(`${certificates.length} certificates, of which the last is taken`);
appendFileSync(join(own, "runs.jsonl"), `${JSON.stringify({ ...values, input, folder: dirname(output) })}\n`);
if (told.fails === true) fail(`cannot sign, and here is ${password}`);
if (told.hangs === true) {
  await setTimeout(60_000);
  fail("nobody ended it");
}

const signed = [values["signing-time"], values["timestamp-url"], certificates[0]?.fingerprint256];
const shape = {
  flags: values["code-signature-flags"] === "runtime" && told.forgetsRuntime !== true ? 0x1_0000 : 0,
  identifier: values["binary-identifier"].replace(/^main:/, ""),
  team: "SLIPWAY001",
  cms: createHash("sha256").update(JSON.stringify(signed)).digest(),
};
// Of the input its processors alone are kept: of a universal one both, but where a test wants one to be lost.
const thin = (arch: string, cpu: typeof intel | typeof arm) => {
  const file = `${output}.${arch}`;
  writeFileSync(file, signedSlice(cpu, shape));
  return { file, name: arch };
};
const isUniversal = readFileSync(input).readUInt32BE(0) === 0xcafe_babe;
if (isUniversal && told.losesSlice !== true) {
  await joinMachO({ x86_64: thin("x86_64", intel), aarch64: thin("aarch64", arm) }, output);
} else {
  writeFileSync(output, signedSlice(intel, shape));
}

function fail(message: string): never {
  process.stderr.write(`Error: ${message}\n`);
  process.exit(1);
}
