import * as pulumi from "@pulumi/pulumi";
import type { Release as PlannedRelease, ReleasePlan } from "../packaging/plan/release-plan.ts";
import { roleOf } from "../packaging/plan/release-plan.ts";
import { releaseFolder } from "../packaging/record/folder.ts";
import type { RecordedArtifact } from "../packaging/record/record.ts";
import type { OpenPgpPublic } from "../packaging/signing/signer.ts";
import { accepted } from "./accepted.ts";
import { Bundle, contentsOf } from "./bundle.ts";
import { afterSigning } from "./later.ts";
import { showProgress } from "./progress.ts";
import { Artifact } from "./providers/artifact.ts";
import { ReleaseRecord } from "./providers/release-record.ts";
import { ownedBy, type SharedBucket } from "./release-bucket.ts";
import type { KeyReference } from "./signing-key.ts";

/** Where a release is published, the channel that will point at it, and what signs it. */
export interface Publication {
  readonly bucket: SharedBucket;
  readonly channel: string;
  readonly key: KeyReference<OpenPgpPublic>;
  /** The archive's keys where the stack lists them. */
  readonly archiveKeys?: readonly OpenPgpPublic[];
}

/**
 * One product's release: a bundle per target, and the record. It is registered in two steps: the bundles with their
 * inventories before anything is built, so that their rows can show the build; what is published once it is known.
 */
export class Release extends pulumi.ComponentResource {
  readonly product: string;
  readonly #bundles: ReadonlyMap<string, Bundle>;

  constructor(plan: ReleasePlan, options: pulumi.ComponentResourceOptions = {}) {
    const { product, version, bundles } = plan;
    super("slipway:index:Release", product, { product, version, contents: contentsOf(bundles) }, options);
    this.product = product;
    this.#bundles = new Map(
      bundles.map((view) => [view.target, new Bundle(`${product}-${view.target}`, view, { parent: this })]),
    );
  }

  /** Shows a passing line on the row of a target's bundle. */
  showBuild(target: string, text: string): void {
    showProgress(this.#bundles.get(target) ?? this, text);
  }

  /** Resolves when the engine has accepted every bundle: nothing is written before. */
  async accepted(): Promise<void> {
    await Promise.all([this, ...this.#bundles.values()].map((component) => accepted(component)));
  }

  /** Publishes the release: its artifacts, then its record. Returns the record's resource, which all pointers follow. */
  publish(release: PlannedRelease, { bucket, ...signed }: Publication): ReleaseRecord {
    const artifacts = release.record.artifacts.map((artifact) => this.#artifact(release, artifact, bucket));
    const { product, version, unsigned } = release;
    const reference = unsigned === undefined ? release.recordObject : afterSigning(release.recordObject);
    const record = new ReleaseRecord(
      `${product}-record`,
      { bucket: bucket.location, product, version, record: reference, ...signed },
      { parent: this, dependsOn: [...artifacts, ...ownedBy(bucket)] },
    );
    this.registerOutputs({ version, folder: release.folder, record: reference.sha256 });
    return record;
  }

  /** Ends the registration of a release that lies in the bucket already. */
  taken({ version, folder, recordObject }: PlannedRelease): void {
    this.registerOutputs({ version, folder, record: recordObject.sha256 });
  }

  #artifact(release: PlannedRelease, recorded: RecordedArtifact, bucket: SharedBucket): Artifact {
    const base = releaseFolder(release.product, release.folder);
    const { target, name, size, shipped, content, inventory } = recorded;
    const role = roleOf(recorded.format, recorded.control ?? []);
    const artifact = { path: `${base}/${name}`, size, sha256: shipped };
    const list = { path: `${base}/${inventory.path}`, size: inventory.size, sha256: inventory.sha256 };
    const waits = release.unsigned?.find((it) => it.name === name);
    return new Artifact(
      `${release.product}-${target}-${role}`,
      {
        bucket: bucket.location,
        product: release.product,
        target,
        role,
        version: release.version,
        artifact: waits === undefined ? artifact : afterSigning(artifact),
        inventory: waits?.inside ? afterSigning(list) : list,
        content,
      },
      { parent: this.#bundles.get(target) ?? this },
    );
  }
}
