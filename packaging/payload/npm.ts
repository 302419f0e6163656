import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../digest.ts";
import { refusal, type SlipwayError } from "../errors.ts";
import type { PayloadSource } from "../manifest/product.ts";
import { isReleaseVersion } from "../version.ts";
import type { Payload, PayloadContext } from "./payload.ts";
import { PayloadEntry } from "./payload-cache.ts";

type NpmSource = Extract<PayloadSource, { kind: "npm" }>;

/**
 * A package of an npm registry, pinned by the SHA-512 of its tarball. It is unpacked once into the cache and nothing of
 * it is ever run; a cached one is hashed again and needs neither network nor npm's own code.
 * @throws SlipwayError SLW-PAYLOAD-INTEGRITY where the registry gives other bytes than the pinned ones, or the pin is
 * not a SHA-512; SLW-PAYLOAD-MISSING where there is no such package, or the registry cannot be reached.
 */
export async function fetchNpmPayload(source: NpmSource, context: PayloadContext): Promise<Payload> {
  checkPin(source);
  const identity = `npm ${source.package}@${source.version} ${source.integrity}`;
  const entry = new PayloadEntry(context.cacheFolder, sha256(identity), identity);
  const cached = await entry.read();
  if (cached !== "absent" && "files" in cached) return cached;
  const damaged = cached === "absent" ? undefined : cached.damaged;

  const spec = `${source.package}@${source.version}`;
  const { npm_config_registry: configured } = process.env;
  const registry = context.registry ?? (configured || undefined);
  context.progress?.(
    damaged === undefined
      ? `fetching ${spec} from ${hostOf(registry)}`
      : `fetching ${spec} from ${hostOf(registry)} again: ${damaged} is damaged in the cache`,
  );
  try {
    await entry.fill((files, scratch) => extract(source, registry, files, scratch));
  } catch (error) {
    throw explain(error, source, registry, damaged);
  }
  return entry.readFilled(spec);
}

async function extract(source: NpmSource, registry: string | undefined, files: string, scratch: string): Promise<void> {
  // Loading pacote takes longer than verifying a cached payload.
  const { default: pacote } = await import("pacote");
  await mkdir(scratch);
  const options = {
    // Without one, npm's library knows the public registry by itself.
    ...(registry === undefined ? {} : { registry }),
    integrity: source.integrity,
    // npm's own caches are for repeated installs; here a package is fetched once, and the user's home is not ours.
    cache: join(scratch, "cacache"),
    tufCache: join(scratch, "tuf"),
    allowGit: "none",
    allowRemote: "none",
    allowFile: "none",
    allowDirectory: "none",
    allowGitIgnore: true,
    retry: { retries: 2, factor: 3, minTimeout: 250 },
    timeout: 60_000,
  };
  await pacote.extract(`${source.package}@${source.version}`, files, options);
}

function checkPin(source: NpmSource): void {
  const spec = `${source.package}@${source.version}`;
  if (!/^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(source.package)) {
    throw refusal("SLW-PAYLOAD-MISSING", `${source.package} is not the name of an npm package.`);
  }
  if (!isReleaseVersion(source.version)) {
    throw refusal("SLW-PAYLOAD-MISSING", `npm package ${spec}: expected one exact version such as "1.2.3".`);
  }
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(source.integrity)) {
    throw refusal(
      "SLW-PAYLOAD-INTEGRITY",
      `npm package ${spec}: expected an integrity of the form "sha512-…==" (88 characters of base64), ` +
        `found "${source.integrity.slice(0, 120)}".`,
      { hint: `\`npm view ${spec} dist.integrity\` prints it; compare it with a second source before you pin it.` },
    );
  }
}

function explain(
  error: unknown,
  source: NpmSource,
  registry: string | undefined,
  damaged: string | undefined,
): SlipwayError | Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const spec = `${source.package}@${source.version}`;
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  switch (code) {
    case "EINTEGRITY":
      return refusal(
        "SLW-PAYLOAD-INTEGRITY",
        `npm package ${spec} from ${hostOf(registry)} is not the one that the manifest pins: expected ` +
          `${source.integrity}${foundIntegrity(error, source)}.`,
        { hint: "Nothing of it was kept. Change the pin only if you know why the package changed." },
      );
    case "E404":
    case "ETARGET":
    case "ENOVERSIONS":
      return refusal("SLW-PAYLOAD-MISSING", `${hostOf(registry)} has no npm package ${spec}.`);
    case "ENOSPC":
    case "EACCES":
    case "EROFS":
    case "EPERM":
    case "ENOTDIR":
    case "EEXIST":
      return refusal("SLW-PAYLOAD-MISSING", `npm package ${spec} could not be written into the cache (${code}).`);
    default:
      return refusal(
        "SLW-PAYLOAD-MISSING",
        `npm package ${spec} ${damaged === undefined ? "is not in the cache" : `is damaged in the cache (${damaged})`}, ` +
          `and ${hostOf(registry)} could not be reached (${code}).`,
        {
          hint:
            "Go on with a connection, with npm_config_registry set to a mirror, or with a payload source of kind " +
            "directory.",
        },
      );
  }
}

/** pacote says what it found in prose, or in a field when the tarball itself was hashed. */
function foundIntegrity(error: Error, source: NpmSource): string {
  const found = "found" in error ? String(error.found) : (/but got (\S+?)\.?(?:\s|$)/.exec(error.message)?.[1] ?? "");
  return found === "" || found === source.integrity ? "" : `, found ${found}`;
}

/** Only the host: a registry's address may hold a password. */
function hostOf(registry: string | undefined): string {
  return registry !== undefined && URL.canParse(registry) ? new URL(registry).host : "the npm registry";
}
