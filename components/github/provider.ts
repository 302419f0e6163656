import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";

const require = createRequire(import.meta.url);
const installed = JSON.parse(readFileSync(require.resolve("@pulumi/github/package.json"), "utf8")) as {
  readonly version: string;
};

/**
 * The provider of `@pulumi/github` for one owner. Its own class writes what it finds in `GITHUB_TOKEN` into the state, in
 * clear; here the token is no input: the provider's process reads that variable itself.
 */
export class GithubProvider extends pulumi.ProviderResource {
  constructor(name: string, owner: string, options: pulumi.ResourceOptions) {
    super("github", name, { owner }, { ...options, version: installed.version });
  }
}
