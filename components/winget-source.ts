import * as pulumi from "@pulumi/pulumi";
import type { WingetSetting } from "../packaging/destination-settings.ts";
import type { WingetPlan, WingetRequest } from "../packaging/plan/winget-plan.ts";
import { keySource } from "../packaging/setting-values.ts";
import { plannedTexts } from "./later.ts";
import { PullRequest } from "./providers/pull-request.ts";
import { WingetManifests } from "./providers/winget-manifests.ts";

export interface WingetSourceArgs {
  readonly bucket: string;
  readonly plan: WingetPlan;
  readonly submit?: NonNullable<WingetSetting["submit"]>;
}

/**
 * A package of winget: its manifests in the bucket, live with the update, and, where the stack submits them, a pull request.
 * That one is for people to decide about, so the preview says that it is requested.
 */
export class WingetSource extends pulumi.ComponentResource {
  readonly manifests: WingetManifests;

  constructor({ bucket, plan, submit }: WingetSourceArgs, options: pulumi.ComponentResourceOptions = {}) {
    const { identifier, version, manifests, request } = plan;
    const asked = submit === undefined ? {} : { [submit.repository]: `requested, by a pull request: ${request.title}` };
    super("slipway:index:WingetSource", identifier, { identifier, version, ...asked }, options);
    const files = plannedTexts(manifests);
    this.manifests = new WingetManifests(`${identifier}-manifests`, { bucket, identifier, files }, { parent: this });
    const state = submit === undefined ? {} : { request: this.#request(identifier, request, submit).state };
    this.registerOutputs(state);
  }

  /** After the manifests, so that nobody is asked for what is not there. */
  #request(
    identifier: string,
    { files, ...request }: WingetRequest,
    { token, ...where }: NonNullable<WingetSetting["submit"]>,
  ): PullRequest {
    return new PullRequest(
      `${identifier}-request`,
      { name: identifier, ...where, ...request, files: plannedTexts(files), token: keySource(token) },
      { parent: this, dependsOn: [this.manifests] },
    );
  }
}
