import assert from "node:assert/strict";
import { test } from "node:test";
import { builtRelease } from "../record/__fixtures__/release.ts";
import type { ReleaseRecord } from "../record/record.ts";
import { whatUsersGet } from "./what-users-get.ts";

const { record } = builtRelease();
const only = (...formats: readonly string[]): ReleaseRecord => ({
  ...record,
  artifacts: record.artifacts.filter(({ format }) => formats.includes(format)),
});

test("each way of installing that a release has, in its users' words", () => {
  assert.deepEqual(whatUsersGet({ version: "1.1.0-rc.1", record }, { version: "1.0.0", record }), [
    "  apt         new installs get 1.0.0; machines that have 1.1.0-rc.1 keep it (apt never downgrades)",
    "              to bring them back too: release the old content under a higher version, or on each machine",
    "              apt install --allow-downgrades runtime=1.0.0",
    "  downloads   scripts and pages that ask the channel get 1.0.0; what was downloaded or unpacked of 1.1.0-rc.1 stays as it is",
  ]);
  const archives = only("tar.zst");
  const [line, ...more] = whatUsersGet({ version: "1.1.0", record: archives }, { version: "1.0.0", record: archives });
  assert.match(line ?? "", /^ {2}downloads /);
  assert.deepEqual(more, []);
});

test("an .msi is run by its users, and replaces a newer one where it was built to", () => {
  const release = (version: string, rollback?: true): { version: string; record: ReleaseRecord } => {
    const { control: _, ...archive } = record.artifacts[0] ?? assert.fail("the record has no artifact");
    const msi = { ...archive, format: "msi", ...(rollback && { rollback }) } as const;
    return { version, record: { ...record, version, artifacts: [msi] } };
  };
  assert.deepEqual(whatUsersGet(release("1.1.0"), release("1.0.0")), [
    "  msi         new installs get 1.0.0; machines that have 1.1.0 keep it, and the .msi of 1.0.0 refuses to replace it",
    "              to bring them back too: remove 1.1.0 on each machine first, or release the old content with rollback: true",
  ]);
  assert.deepEqual(whatUsersGet(release("1.1.0"), release("1.0.0", true)), [
    "  msi         new installs get 1.0.0; machines that have 1.1.0 keep it until somebody runs the .msi of 1.0.0, a rollback build",
  ]);
  assert.match(
    whatUsersGet(release("1.0.0"), release("1.1.0"))[0] ?? "",
    /keep it until somebody runs the \.msi of 1\.1\.0$/,
  );
  assert.match(whatUsersGet(release("1.0.0"), release("1.0.0"))[0] ?? "", /replaces the one of the same version$/);
  const gone = whatUsersGet(release("1.1.0"), { version: "1.0.0", record: only("zip") });
  assert.match(
    gone[0] ?? "",
    /^ {2}msi {9}new installs find no \.msi: 1\.0\.0 has none; machines that have 1\.1\.0 keep it$/,
  );
});

test("a version is written as Debian writes it", () => {
  const [, , command] = whatUsersGet({ version: "1.0.0", record }, { version: "1.0.0-rc.1", record });
  assert.match(command ?? "", /runtime=1\.0\.0~rc\.1$/);
});

test("a release without packages, other bytes of one version, and a record that is lost", () => {
  assert.match(
    whatUsersGet({ version: "1.1.0", record }, { version: "1.0.0", record: only("tar.zst") })[0] ?? "",
    /find no package: 1\.0\.0 has none/,
  );
  const same = whatUsersGet({ version: "1.0.0", record: only("deb") }, { version: "1.0.0", record: only("deb") });
  assert.deepEqual(same, [
    "  apt         new installs get the earlier bytes of 1.0.0; to apt both are the same version",
  ]);
  assert.deepEqual(whatUsersGet({ version: "1.1.0", record: undefined }, { version: "1.0.0", record: undefined }), []);
});
