// Signs one program as an update does, in a process that a test may end. Its argument is a file: what to sign, and how.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { BuildCache } from "../../packaging/builds/cache.ts";
import type { Identity } from "../../packaging/shipping/identities.ts";
import { signedMacProgram } from "../../packaging/shipping/signed-mac-program.ts";
import type { SignedProduct } from "../../packaging/shipping/signed-tree.ts";
import type { FileEntry } from "../../packaging/staging/tree.ts";

/** What the argument's file holds, as JSON. */
export interface SigningJob {
  readonly entry: FileEntry;
  readonly by: SignedProduct;
  readonly identity: Identity;
  readonly cacheFolder: string;
}

const { entry, by, identity, cacheFolder } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as SigningJob;
await signedMacProgram(entry, by, { identity, cache: new BuildCache(cacheFolder, assert.fail) });
