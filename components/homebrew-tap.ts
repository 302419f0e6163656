import * as pulumi from "@pulumi/pulumi";
import type { HomebrewSetting } from "../packaging/destination-settings.ts";
import type { TapPlan } from "../packaging/plan/tap-plan.ts";
import { keySource } from "../packaging/setting-values.ts";
import { plannedTexts } from "./later.ts";
import { GitCommit } from "./providers/git-commit.ts";

export interface HomebrewTapArgs extends HomebrewSetting {
  readonly plan: TapPlan;
}

/**
 * The formulae and casks of a stack's products in a tap: one commit for all that change together. The preview shows the lines
 * that change.
 */
export class HomebrewTap extends pulumi.ComponentResource {
  readonly commit: pulumi.Output<string>;

  constructor({ tap, remote, branch, token, plan }: HomebrewTapArgs, options: pulumi.ComponentResourceOptions = {}) {
    const { files, message, author, date } = plan;
    super("slipway:index:HomebrewTap", tap, { tap, install: installLines(tap, Object.keys(files)) }, options);
    const commit = new GitCommit(
      `${tap}-commit`,
      {
        ...{ name: tap, remote, branch, files: plannedTexts(files), message, author, date },
        ...(token === undefined ? {} : { token: keySource(token) }),
      },
      { parent: this },
    );
    this.commit = commit.commit;
    this.registerOutputs({ commit: commit.commit });
  }
}

/** By the whole name, which brew trusts by itself: short names need the tap to be trusted first. */
function installLines(tap: string, paths: readonly string[]): readonly string[] {
  return paths.map((path) => {
    const name = path.replace(/^.*\/(.+)\.rb$/, "$1");
    return `brew install ${path.startsWith("Casks/") ? "--cask " : ""}${tap}/${name}`;
  });
}
