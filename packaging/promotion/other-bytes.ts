import { shortDigest } from "../cli/table.ts";
import { sha256 } from "../digest.ts";
import type { Release } from "../plan/release-plan.ts";
import { parseRecord, type RecordedArtifact, recordLimit } from "../record/record.ts";
import type { Store } from "../store/store.ts";

/** What differs between a release and one that lies under its name in the bucket: a line each; none where it is the same. */
export async function otherBytes(
  store: Store,
  { record, recordObject, unsigned }: Release,
): Promise<readonly string[]> {
  const bytes = await store.read(recordObject.path, recordLimit);
  if (bytes === undefined || sha256(bytes) === recordObject.sha256) return [];
  const published = parseRecord(bytes, recordObject.path).artifacts;
  const before = new Map(published.map((artifact) => [artifact.name, artifact]));
  const after = new Map(record.artifacts.map((artifact) => [artifact.name, artifact]));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const lines = names.flatMap((name) => changeOf(name, before.get(name), after.get(name)));
  // What waits for a signature has another record in any case: its content alone can be compared.
  if (lines.length > 0 || unsigned !== undefined) return lines;
  return ["its record says other things of the same artifacts"];
}

function changeOf(
  name: string,
  before: RecordedArtifact | undefined,
  after: RecordedArtifact | undefined,
): readonly string[] {
  if (before === undefined) return [`${name} is new`];
  if (after === undefined) return [`${name} is gone`];
  if (before.content === after.content) return [];
  return [`${name} ${shortDigest(before.content)} → ${shortDigest(after.content)}`];
}
