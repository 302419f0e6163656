import { succeeded, type TestStack } from "../engine/stack.ts";

/** What the engine writes in the place of a value that is not known yet (pulumi, sdk/go/common/resource/plugin/rpc.go). */
const unknowns: ReadonlySet<unknown> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "output<string>",
  "output<number>",
]);

/** The inputs that a preview does not know, one to a line: `Artifact alpha-macos-universal-pkg: artifact.sha256`. */
export async function unknownLines(stack: TestStack): Promise<readonly string[]> {
  const { stdout } = succeeded(await stack.preview("--json"));
  const { steps } = JSON.parse(stdout) as { steps: readonly Step[] };
  return steps.flatMap(({ newState }) => {
    if (newState?.inputs === undefined) return [];
    const [type = "", name = ""] = newState.urn.split("::").slice(-2);
    return pathsOf(newState.inputs, "").map((path) => `${type.split(/[:$/]/).at(-1)} ${name}: ${path}`);
  });
}

interface Step {
  readonly newState?: { readonly urn: string; readonly inputs?: unknown };
}

function pathsOf(value: unknown, path: string): readonly string[] {
  if (unknowns.has(value)) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inside]) => pathsOf(inside, path === "" ? name : `${path}.${name}`));
}
