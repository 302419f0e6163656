// A stand-in for rcodesign, for tests: it takes the arguments that apple-codesign 0.29.0 documents, refuses what must not be
// among them, and writes slices that look signed. Nothing that it writes would run on a Mac.
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

const args = process.argv.slice(2);
// What a test knows of this program lies beside it: a program that Slipway starts gets no variables of a test.
const own = process.env.PATH?.split(":")[0] ?? "";
const settings = JSON.parse(readFileSync(join(own, "stand-in.json"), "utf8"));
const fail = (message) => {
  process.stderr.write(`Error: ${message}\n`);
  process.exit(1);
};

if (args[0] === "--version") {
  process.stdout.write(`${settings.version}\n`);
  process.exit(0);
}
// Loaded when something is signed: most runs ask for the version alone.
const { signedSlice } = await import("../../packaging/formats/macos/__fixtures__/code-signature.ts");
const { arm, intel } = await import("../../packaging/formats/macos/__fixtures__/mach-o.ts");
const { joinMachO } = await import("../../packaging/formats/macos/join-mach-o.ts");
const { openPkcs12 } = await import("../../packaging/signing/x509/pkcs12.ts");
if (args.splice(0, 3).join(" ") !== "--config-file /dev/null sign") fail("expected --config-file /dev/null sign first");
const { values, positionals } = parseArgs({
  args,
  allowPositionals: true,
  options: Object.fromEntries(
    [
      ...["p12-file", "p12-password-file", "code-signature-flags"],
      ...["binary-identifier", "signing-time", "timestamp-url"],
    ].map((name) => [name, { type: "string" }]),
  ),
});
const [input, output] = positionals;
for (const file of [values["p12-file"], values["p12-password-file"]]) {
  if ((statSync(file).mode & 0o777) !== 0o600) fail(`${file} is open to others`);
  if ((statSync(dirname(file)).mode & 0o777) !== 0o700) fail(`the folder of ${file} is open to others`);
}
const password = readFileSync(values["p12-password-file"], "utf8").split("\n")[0];
const secrets = [password, ...settings.secrets];
const seen = [...process.argv, ...Object.values(process.env)].join("\n");
if (secrets.some((secret) => seen.includes(secret))) fail("a secret is among the arguments or variables");
const { certificates } = openPkcs12(readFileSync(values["p12-file"]), password, "the stand-in");
if (certificates.length !== 1) fail(`${certificates.length} certificates, and the last one is taken`);
appendFileSync(join(own, "runs.jsonl"), `${JSON.stringify({ ...values, input, folder: dirname(output) })}\n`);
if (settings.fails) fail(`cannot sign, and here is ${password}`);

const identifier = values["binary-identifier"].replace(/^main:/, "");
const flags = values["code-signature-flags"] === "runtime" && !settings.forgetsRuntime ? 0x1_0000 : 0;
const cms = createHash("sha256")
  .update(JSON.stringify([values["signing-time"], values["timestamp-url"], certificates[0].fingerprint256]))
  .digest();
// Of the input its processors alone are kept: of a universal one both, but where a test wants one to be lost.
const shape = { flags, identifier, team: "SLIPWAY001", cms };
const isUniversal = readFileSync(input).readUInt32BE(0) === 0xcafe_babe;
const thin = Object.entries({ x86_64: intel, aarch64: arm }).map(([arch, cpu]) => {
  const file = `${output}.${arch}`;
  writeFileSync(file, signedSlice(cpu, shape));
  return [arch, { file, name: arch }];
});
if (isUniversal && !settings.losesSlice) await joinMachO(Object.fromEntries(thin), output);
else writeFileSync(output, signedSlice(intel, shape));
