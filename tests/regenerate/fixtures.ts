import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";
import { run } from "../../packaging/process.ts";

/** What the corpus needs of a policy of policies/runtime/. */
interface Policy {
  readonly policy: string;
  readonly globals: { readonly forbidden: readonly string[] };
}

/** Why a policy refuses a script. Lines and columns count from 1. */
interface Verdict {
  readonly policy: string;
  readonly verdict: "refuse";
  readonly rule: "globals.forbidden";
  readonly found: string;
  readonly line: number;
  readonly column: number;
}

/** From the most lenient to what trusts its scripts: as the product lists them. */
const policyNames = ["default", "strict", "trusted"] as const;

/**
 * Writes anew what is expected of each script in a folder of fixtures: where policies refuse it, `NAME.expected.json` says which and
 * why; where all allow it, `NAME.expected.txt` is what it prints.
 */
export async function regenerateFixtures(folder: string): Promise<void> {
  const policies = await Promise.all(policyNames.map(readPolicy));
  const names = await readdir(folder);
  for (const script of names.filter((name) => name.endsWith(".js")).sort()) {
    const file = path.join(folder, script);
    const source = await readFile(file, "utf8");
    const results = policies.flatMap((policy) => verdictOf(policy, script, source) ?? []);
    const stem = path.join(folder, `${path.basename(script, ".js")}.expected`);
    const text = results.length === 0 ? await printed(file) : `${JSON.stringify({ script, results }, null, 2)}\n`;
    const [kept, gone] = results.length === 0 ? ["txt", "json"] : ["json", "txt"];
    await writeFile(`${stem}.${kept}`, text);
    await rm(`${stem}.${gone}`, { force: true });
  }
}

async function readPolicy(name: string): Promise<Policy> {
  return JSON.parse(await readFile(new URL(`../../policies/runtime/${name}.json`, import.meta.url), "utf8"));
}

/** The first forbidden global that a script refers to, in the order of the source. */
function verdictOf({ policy, globals }: Policy, script: string, source: string): Verdict | undefined {
  const tree = ts.createSourceFile(script, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const named = namesIn(tree);
  const declared = new Set(named.filter(isDeclared).map(({ text }) => text));
  const used = named.find((it) => globals.forbidden.includes(it.text) && !declared.has(it.text) && isReference(it));
  if (used === undefined) return undefined;
  const { line, character } = tree.getLineAndCharacterOfPosition(used.getStart(tree));
  return {
    policy,
    verdict: "refuse",
    rule: "globals.forbidden",
    found: used.text,
    line: line + 1,
    column: character + 1,
  };
}

function namesIn(node: ts.Node): readonly ts.Identifier[] {
  const own = ts.isIdentifier(node) ? [node] : [];
  const inside: ts.Identifier[] = [];
  ts.forEachChild(node, (child) => void inside.push(...namesIn(child)));
  return [...own, ...inside];
}

function isDeclared({ parent, text }: ts.Identifier): boolean {
  const { name } = parent as { readonly name?: ts.Node };
  return ts.isDeclarationStatement(parent) ||
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent)
    ? name !== undefined && ts.isIdentifier(name) && name.text === text
    : false;
}

/** `a` of `a.b` and of `{ [a]: b }`, not `b` of `a.b` or the key of `{ b: a }`. */
function isReference(it: ts.Identifier): boolean {
  const { parent } = it;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === it;
  return !(ts.isPropertyAssignment(parent) && parent.name === it) && !isDeclared(it);
}

/** What a script prints on the locked Node, in an environment without this machine's variables. */
async function printed(file: string): Promise<string> {
  const { stdout } = await run({ file: process.execPath, args: [file], timeoutSeconds: 10 });
  return `${stdout}\n`;
}
