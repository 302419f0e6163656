import * as pulumi from "@pulumi/pulumi";
import { canonicalJson } from "../packaging/canonical-json.ts";
import { sha256 } from "../packaging/digest.ts";
import type { ArtifactView, BundleView } from "../packaging/plan/release-plan.ts";
import { describeEntry } from "../packaging/record/inventory.ts";

/**
 * One target's packages. Its props are the inventory of each package, known before anything is built, so that a preview
 * shows every file, control field and unit line that changes.
 */
export class Bundle extends pulumi.ComponentResource {
  constructor(name: string, view: BundleView, options: pulumi.ComponentResourceOptions) {
    super("slipway:index:Bundle", name, { target: view.target, packages: packagesOf(view.artifacts) }, options);
    this.registerOutputs({});
  }
}

/**
 * One digest over all that bundles show. The release has it among its props: an update that is held to a plan and has
 * other files stops at that one line, and not at the whole inventory.
 */
export function contentsOf(views: readonly BundleView[]): string {
  return sha256(canonicalJson(Object.fromEntries(views.map((view) => [view.target, packagesOf(view.artifacts)]))));
}

function packagesOf(artifacts: readonly ArtifactView[]): Record<string, unknown> {
  return Object.fromEntries(
    artifacts.map(({ role, inventory, control }) => [
      role,
      {
        control: Object.fromEntries(control),
        files: Object.fromEntries(inventory.entries.map((entry) => [entry.path, describeEntry(entry)])),
        texts: inventory.texts ?? {},
      },
    ]),
  );
}
