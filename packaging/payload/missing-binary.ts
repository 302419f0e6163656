import type { Mistake } from "../errors.ts";
import type { BinaryClaim } from "./check-binary.ts";
import type { Payload } from "./payload.ts";

const mostNames = 8;

/** What is said of a binary that a payload does not have, and what it has instead: SLW-PAYLOAD-MISSING. */
export function missingBinary(
  { path, target, from }: Pick<BinaryClaim, "path" | "target" | "from">,
  wanted: string,
  payload: Payload,
): Mistake {
  const names = [...payload.files.keys()];
  const holds = `${names.slice(0, mostNames).join(", ")}${names.length > mostNames ? `, … (${names.length} files)` : ""}`;
  return {
    code: "SLW-PAYLOAD-MISSING",
    message: `${path} for ${target}: there is no ${wanted} in ${from}.`,
    hint: names.length === 0 ? "It holds no files." : `It holds ${holds}.`,
    source: { path: wanted, below: ["targets", target] },
  };
}
