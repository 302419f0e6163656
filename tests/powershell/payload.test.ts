import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, test } from "node:test";
import { repository } from "../engine/checkout.ts";
import { exportedBy, manifestMistakes, partsOf } from "./modules.ts";
import { type RuleName, rules } from "./rules.ts";
import { commandsOf, functionsOf, parseScript, type Script } from "./script.ts";

const assets = "packaging/runtime/assets/windows";
const scripts = globSync("**/*.{ps1,psm1,psd1}", { cwd: join(repository, assets) })
  .map((name) => read(`${assets}/${name.split(sep).join("/")}`))
  .sort((a, b) => (a.path < b.path ? -1 : 1));
const names = Object.keys(rules) as RuleName[];
/** Commands of Windows PowerShell 5.1 that the modules run. */
const builtIn: ReadonlySet<string> = new Set([
  ...["Add-Type", "ConvertFrom-Json", "ConvertTo-Json", "Export-ModuleMember", "Get-Content", "Get-Item", "Join-Path"],
  ...["Remove-Item", "Select-Object", "Set-StrictMode", "Test-Path", "Write-Verbose"],
]);
/** A manifest is a table and runs nothing. */
const rulesOfManifests: readonly RuleName[] = ["parses", "ascii"];

function read(path: string): Script {
  return parseScript(path, readFileSync(join(repository, path), "utf8"));
}

describe("PowerShell that is shipped", () => {
  for (const script of scripts) {
    test(script.path.slice(assets.length + 1), () => {
      const held = script.path.endsWith(".psd1") ? rulesOfManifests : names;
      const found = held.flatMap((rule) =>
        rules[rule](script).map(({ line, message }) => `${line} ${rule}: ${message}`),
      );
      assert.deepEqual(found, []);
    });
  }

  for (const manifest of scripts.filter(({ path }) => path.endsWith(".psd1"))) {
    test(`${manifest.path.slice(assets.length + 1)} promises what its module has`, () => {
      const module = read(manifest.path.replace(/\.psd1$/, ".psm1"));
      assert.deepEqual(manifestMistakes(manifest, module), []);
    });

    test(`${manifest.path.slice(assets.length + 1)}: its module loads each part, and every command of ours that is run is there`, () => {
      const folder = manifest.path.slice(0, manifest.path.lastIndexOf("/"));
      const files = scripts.filter(({ path }) => path.startsWith(`${folder}/`) && !path.endsWith(".psd1"));
      const parts = files.map(({ path }) => path.slice(folder.length + 1)).filter((name) => name.endsWith(".ps1"));
      const [module] = files.filter(({ path }) => path.endsWith(".psm1"));
      assert.ok(module !== undefined && parts.length >= 3);
      assert.deepEqual(partsOf(module).toSorted(), parts);
      const defined = files.flatMap(functionsOf).map(({ name }) => name);
      assert.equal(new Set(defined).size, defined.length);
      const run = new Set(files.flatMap(({ root }) => commandsOf(root)).map(({ name }) => name));
      assert.deepEqual(
        [...run].filter((name) => name !== "" && !defined.includes(name) && !builtIn.has(name)),
        [],
      );
      const exported = exportedBy(module);
      assert.deepEqual(
        defined.filter((name) => !run.has(name) && !exported.includes(name)),
        [],
      );
    });
  }

  test("there is something to look at", () => assert.equal(scripts.length, 13));
});

describe("PowerShell of the tests", () => {
  for (const name of globSync("tests/powershell/*.ps1", { cwd: repository })) {
    test(name, () => {
      const script = read(name.split(sep).join("/"));
      assert.deepEqual([...rules.parses(script), ...rules.ascii(script)], []);
    });
  }
});

/** A file that breaks no rule. */
const good = `#Requires -Version 5.1
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

function Get-RuntimeThing {
    <#
    .SYNOPSIS
    Says.
    .DESCRIPTION
    Says it.
    .PARAMETER SecretPath
    Where.
    .EXAMPLE
    Get-RuntimeThing
    #>
    param([string] $SecretPath, [byte[]] $Secret)
    Write-Output -InputObject $SecretPath
}

Export-ModuleMember -Function 'Get-RuntimeThing'
`.replace("    .EXAMPLE", "    .PARAMETER Secret\n    What.\n    .EXAMPLE");
const body = "    Write-Output -InputObject $SecretPath\n";
/** Each rule, with changes of the good file that it alone finds; what its sentence says. */
const cases: Readonly<Record<RuleName, readonly (readonly [from: string, to: string, says: RegExp])[]>> = {
  parses: [
    [body, "    if ($SecretPath {\n", /does not parse/],
    [body, "    $a = $SecretPath ?? 'b'\n", /does not parse/],
    [body, "    $a = $SecretPath ? 1 : 2\n", /does not parse/],
  ],
  "chains of PowerShell 7": [[body, "    Get-Item && Get-Item\n", /&& is not known/]],
  ascii: [[body, "    # für\n", /not ASCII/]],
  "requires 5.1": [["#Requires -Version 5.1\n", "", /does not begin/]],
  "strict mode": [
    ["Set-StrictMode -Version 3.0\n", "function Set-It { Set-StrictMode -Version 3.0 }\n", /no Set-StrictMode/],
  ],
  "stops at errors": [["$ErrorActionPreference = 'Stop'\n", "", /no \$ErrorActionPreference/]],
  "approved verbs": [
    [body, "    function Fetch-Thing { }\n", /^Fetch-Thing /],
    [body, "    function fetch { }\n", /^fetch /],
  ],
  "no aliases": [
    [body, "    Get-Item | % { $_ }\n", /^% is an alias/],
    [body, "    gci\n", /^gci /],
    [body, "    wsl.exe --exec id\n", /^wsl\.exe .* PATH/],
  ],
  "no Invoke-Expression": [[body, "    Invoke-Expression -Command $SecretPath\n", /runs text as code/]],
  "no Write-Host": [[body, "    Write-Host 'a'\n", /past the streams/]],
  "no encoded commands": [
    [body, "    & $program -EncodedCommand $SecretPath\n", /-EncodedCommand hides/],
    [body, "    & $program -enc $SecretPath\n", /-enc hides/],
    [body, "    $start.Arguments = '-NoProfile -e abc'\n", /hides/],
  ],
  "no secrets as text": [
    ["[byte[]] $Secret)", "[string] $Secret)", /^\$Secret would be/],
    ["[byte[]] $Secret)", "$Secret)", /^\$Secret would be/],
  ],
  "no secrets in the environment": [[body, "    $env:RUNTIME_KEY = $SecretPath\n", /^\$env:RUNTIME_KEY /]],
  help: [
    ["    .SYNOPSIS\n", "", /no \.SYNOPSIS/],
    ["    .PARAMETER SecretPath\n", "", /no \.PARAMETER SecretPath/],
    [good.slice(good.indexOf("    <#"), good.indexOf("    param")), "", /no comment-based help/],
  ],
};

describe("the rules", () => {
  const findings = (text: string) =>
    names.flatMap((rule) => rules[rule](parseScript("a/A.psm1", text)).map((it) => ({ rule, ...it })));

  test("a good file breaks none", () => assert.deepEqual(findings(good), []));

  for (const rule of names) {
    for (const [from, to, says] of cases[rule]) {
      test(`${rule}: ${to.trim() || `without ${from.trim().split("\n")[0]}`}`, () => {
        assert.ok(good.includes(from));
        const found = findings(good.replace(from, () => to));
        assert.deepEqual([...new Set(found.map((it) => it.rule))], [rule]);
        assert.match(found[0]?.message ?? "", says);
      });
    }
  }

  test("a script has its help at its top", () => {
    const script = (help: string) => parseScript("a.ps1", `#Requires -Version 5.1\n${help}\nparam([string] $Path)\n`);
    const whole = "<#\n.SYNOPSIS\nA.\n.DESCRIPTION\nB.\n.PARAMETER Path\nC.\n.EXAMPLE\nD\n#>";
    assert.deepEqual(rules.help(script(whole)), []);
    assert.equal(rules.help(script("")).length, 1);
    assert.equal(rules.help(script(whole.replace(".EXAMPLE", ""))).length, 1);
  });

  const manifest = `@{
    RootModule = 'A.psm1'
    PowerShellVersion = '5.1'
    FunctionsToExport = @('Get-RuntimeThing')
    CmdletsToExport = @()
    VariablesToExport = @()
    AliasesToExport = @()
}
`;
  const broken: readonly (readonly [what: string, manifest: string, module: string, said: readonly string[]])[] = [
    ["nothing", manifest, good, []],
    [
      "a function too many",
      manifest.replace("Thing')", "Thing', 'Get-RuntimeOther')"),
      good,
      ["Get-RuntimeOther is in FunctionsToExport and not in Export-ModuleMember"],
    ],
    [
      "one that is not defined",
      manifest.replace("Thing", "Gone"),
      good.replace("-Function 'Get-RuntimeThing'", "-Function 'Get-RuntimeGone'"),
      ["Get-RuntimeGone is exported and not defined", "Get-RuntimeThing is defined and not exported"],
    ],
    [
      "everything else",
      manifest.replace("    AliasesToExport = @()\n", "").replace("VariablesToExport = @()", "VariablesToExport = '*'"),
      good,
      [
        "VariablesToExport is not empty, or is left out, which exports everything",
        "AliasesToExport is not empty, or is left out, which exports everything",
      ],
    ],
    ["another module", manifest.replace("A.psm1", "B.psm1"), good, ["RootModule is another file"]],
    ["another version", manifest.replace("5.1", "7.0"), good, ["PowerShellVersion is not 5.1"]],
  ];
  for (const [what, text, module, said] of broken) {
    test(`a manifest with ${what}`, () => {
      assert.deepEqual(manifestMistakes(parseScript("a/A.psd1", text), parseScript("a/A.psm1", module)), said);
    });
  }
});
