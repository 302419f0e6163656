import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { assertGolden } from "../__fixtures__/golden.ts";
import { collect } from "../containers/member-content.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { pkgJob } from "../formats/macos/__fixtures__/job.ts";
import { arm, machO } from "../formats/macos/__fixtures__/mach-o.ts";
import { signedPkg } from "../formats/macos/__fixtures__/signed-pkg.ts";
import { readSignerFacts } from "../formats/macos/code-signer.ts";
import { writePkg } from "../formats/macos/pkg.ts";
import { fileEntry } from "../staging/file-entry.ts";
import { growTree } from "../staging/grow-tree.ts";
import { inlineBytes } from "../staging/input-file.ts";
import { codeCms, identity, marks, notarizable } from "./__fixtures__/developer-id.ts";
import { notarizationChecklist } from "./checklist.ts";
import { packageFacts } from "./package-facts.ts";
import { notaryFindings, packageRules, sliceRules } from "./rules.ts";

const program = "usr/local/bin/courier";

function jobOf(files: Readonly<Record<string, Uint8Array>>) {
  const entries = Object.entries(files).map(([path, bytes]) =>
    fileEntry(path, inlineBytes(bytes), { part: "bin", mode: 0o755 }),
  );
  return pkgJob({ tree: growTree(entries) });
}

/** What is found in a package of these files; `mark` is that of its signer's certificate, "unsigned" for none. */
async function findings(
  context: TestContext,
  files: Readonly<Record<string, Uint8Array>>,
  mark: string | undefined = marks.installer,
): Promise<readonly string[]> {
  const folder = await scratch(context);
  const writing = { spool: join(folder, "spool"), packed: () => undefined };
  const bytes = await (mark === "unsigned"
    ? collect(writePkg(jobOf(files), writing))
    : signedPkg(folder, jobOf(files), identity(mark)));
  const name = join(folder, "it.pkg");
  await writeFile(name, bytes);
  const file = await open(name);
  const spool = join(folder, "program");
  try {
    const { pkg, slices } = await packageFacts(file, bytes.length, spool);
    assert.equal(existsSync(spool), false);
    return notaryFindings("it.pkg", pkg, slices);
  } finally {
    await file.close();
  }
}

const entitled = (...names: readonly string[]) =>
  `<plist version="1.0"><dict>${names.map((name) => `<key>${name}</key>\n<true/>`).join("")}</dict></plist>`;
const debugging = "com.apple.security.get-task-allow";
const flipped = (bytes: Buffer) => Buffer.from(bytes).fill(0xff, 80, 81);

test("a package as Apple wants it has no findings: programs, libraries, and files that are neither", async (context) => {
  const hostOfPlugIns = entitled(debugging, "com.apple.security.cs.disable-library-validation");
  const files = {
    [program]: notarizable({ body: "x".repeat(300_000) }),
    "usr/local/lib/library.dylib": notarizable({ ...arm, type: 6 }, { flags: 0 }),
    "usr/local/lib/host": notarizable({}, { entitlements: hostOfPlugIns }),
    "usr/local/lib/Class.class": Buffer.from("cafebabe0000003400000000", "hex"),
    "usr/local/lib/empty": Buffer.alloc(0),
    "usr/local/lib/short": Buffer.from("cffaedfe", "hex"),
  };
  assert.deepEqual(await findings(context, files), []);
});

const slice = `${program} (x86_64)`;
const rows: readonly (readonly [what: string, bytes: Buffer, found: readonly string[]])[] = [
  ["no signature", machO(), [`${slice} has no code signature`]],
  [
    "a linker's signature",
    notarizable({}, { flags: 0x2_0002, cms: Buffer.alloc(0) }),
    [`${slice} has an ad-hoc code signature: nobody's`, `${slice} is signed without the hardened runtime`],
  ],
  [
    "a signature by anybody",
    notarizable({}, { cms: codeCms(undefined) }),
    [`${slice} is signed by a certificate that is not of kind Developer ID Application`],
  ],
  [
    "a signature by the installer's certificate",
    notarizable({}, { cms: codeCms(marks.installer) }),
    [`${slice} is signed by a certificate that is not of kind Developer ID Application`],
  ],
  [
    "no timestamp",
    notarizable({}, { cms: codeCms(marks.application, false) }),
    [`${slice} is signed without a secure timestamp`],
  ],
  [
    "code that was changed",
    flipped(notarizable({ body: "code".repeat(20) })),
    [`${slice} was changed after it was signed`],
  ],
  ["SHA-1", notarizable({}, { hashType: 1 }), [`${slice} has a code signature of SHA-1 alone`]],
  ["no hardened runtime", notarizable({}, { flags: 0 }), [`${slice} is signed without the hardened runtime`]],
  [
    "leave to be debugged",
    notarizable({}, { entitlements: entitled(debugging) }),
    [`${slice} has the entitlement ${debugging}`],
  ],
  [
    "a CMS signature that is none",
    notarizable({}, { cms: Buffer.from("3080", "hex") }),
    [`it.pkg cannot be looked at as a whole: ${slice} has a code signature whose CMS cannot be read.`],
  ],
  [
    "a kind that is not known",
    notarizable({ type: 8 }),
    [`it.pkg cannot be looked at as a whole: ${program} is a Mach-O, but neither a program nor a library.`],
  ],
];

for (const [what, bytes, found] of rows) {
  test(`a program with ${what} is found`, async (context) => {
    assert.deepEqual(await findings(context, { [program]: bytes }), found);
  });
}

test("a package's own signature is looked at", async (context) => {
  const files = { [program]: notarizable() };
  assert.deepEqual(await findings(context, files, "unsigned"), ["it.pkg is not signed"]);
  const other = "it.pkg is signed by a certificate that is not of kind Developer ID Installer";
  assert.deepEqual(await findings(context, files, marks.application), [other]);
  const facts = { extensions: new Set([marks.installer]), paths: [], unread: [] };
  const half = "it.pkg has not one RSA and one CMS signature";
  assert.deepEqual(notaryFindings("it.pkg", { ...facts, signatures: ["RSA"] }, []), [half]);
});

test("extended attributes are found by their files", async (context) => {
  const files = { [program]: notarizable(), "usr/local/bin/._courier": Buffer.from("x") };
  assert.deepEqual(await findings(context, files), ["it.pkg has extended attributes in usr/local/bin/._courier"]);
});

test("a signature in the form that codesign writes is read: BER with an end mark", () => {
  const der = codeCms(marks.application);
  // SEQUENCE and length, of a CMS of more than 255 bytes.
  const ber = Buffer.concat([Buffer.from("3080", "hex"), der.subarray(4), Buffer.from("0000", "hex")]);
  assert.deepEqual(readSignerFacts(ber, "it"), readSignerFacts(der, "it"));
  const deep = Buffer.alloc(200_000, Buffer.from("3080", "hex"));
  for (const bytes of [deep, der.subarray(0, 100), Buffer.alloc(0)]) {
    assert.throws(() => readSignerFacts(bytes, "it"), { code: "SLW-PAYLOAD-ARCH" });
  }
});

test("the checklist has every rule", () => {
  const text = notarizationChecklist({ name: "Courier", identifier: "dev.courier.courier" });
  for (const { title, advice } of [...sliceRules, ...packageRules]) {
    assert.ok(text.includes(`- [ ] ${title}\n  ${advice}\n`), title);
  }
  assertGolden(import.meta.url, "NOTARIZATION.md", text);
});
