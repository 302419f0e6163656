import type { z } from "zod";
import { record, text } from "./manifest/fields.ts";
import { file, source } from "./setting-values.ts";

/** Where releases are to be found beside the bucket: each only where its setting is there. */

const owner = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})";
const repository = text("a repository: OWNER/NAME", new RegExp(`^${owner}/[A-Za-z0-9._-]{1,100}$`));
const branch = text("the name of a branch", /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/);

const aTap = "a tap as brew calls it, without homebrew-: OWNER/NAME in lower case";
const tap = text(aTap, /^[a-z0-9][a-z0-9-]{0,38}\/[a-z0-9][a-z0-9._-]{0,99}$/).refine(
  (name) => !name.split("/")[1]?.startsWith("homebrew-"),
  { error: aTap },
);

const aRemote = "a folder, or an address without a user and password: token: names where that is";
const remote = file.refine((where) => !/^\w+:\/\/[^/?#]*:[^/?#]*@/.test(where), { error: aRemote });

export const homebrew = record("a tap: { tap: OWNER/NAME, remote: PATH or ADDRESS }", {
  tap,
  remote: remote.describe("The git repository of the tap: a folder, or an address"),
  branch: branch.default("main"),
  token: source.exactOptional(),
});

const submit = record("where to ask: { repository: OWNER/NAME, fork: OWNER/NAME, token: ... }", {
  repository,
  fork: repository,
  base: branch.default("master"),
  token: source,
});

/** What winget's repository takes: of later versions it refused manifests that `winget validate` had passed. */
export const defaultManifestVersion = "1.12.0";

export const winget = record("a map with submit, version or nothing", {
  submit: submit.exactOptional(),
  version: text("the version of a manifest's form, such as 1.12.0", /^1\.\d{1,4}\.\d{1,4}$/).default(
    defaultManifestVersion,
  ),
});

/** The tap that a stack keeps. */
export type HomebrewSetting = z.infer<typeof homebrew>;

/** How a stack has its releases in winget. */
export type WingetSetting = z.infer<typeof winget>;
