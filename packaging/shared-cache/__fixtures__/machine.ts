import { join } from "node:path";
import type { ArtifactJob } from "../../artifact.ts";
import { testJob } from "../../builds/__fixtures__/test-job.ts";
import { type BuildEvent, buildArtifacts, type CachedArtifact } from "../../builds/build.ts";
import { BuildCache } from "../../builds/cache.ts";
import { generateEd25519, openEd25519 } from "../../signing/ed25519.ts";
import type { Ed25519Public } from "../../signing/signer.ts";
import type { Store } from "../../store/store.ts";
import { SharedCache } from "../shared-cache.ts";
import { WaitingUploads } from "../waiting-uploads.ts";

/** A builder's key, and a stranger's. */
export const [builder, stranger] = [generateEd25519(), generateEd25519()];

/** Small artifacts of real formats. */
export const jobs: readonly ArtifactJob[] = [
  testJob("demo-1.0.0-linux-x86_64.tar.zst"),
  { ...testJob("demo-1.0.0-linux-x86_64.tar.gz"), format: { kind: "tar.gz", root: "demo-1.0.0" } },
];

export interface Machine {
  readonly cache: BuildCache;
  readonly shared: SharedCache;
  readonly warnings: readonly string[];
  /** Builds and gives the artifacts, and how each came: `built`, `fetched` or `cached`. */
  build(wanted?: readonly ArtifactJob[]): Promise<{
    readonly artifacts: ReadonlyMap<string, CachedArtifact>;
    readonly how: readonly string[];
  }>;
}

/** A machine with a cache of its own in `folder`, and a shared one in `store`. */
export function machine(
  folder: string,
  store: Store,
  who: { readonly key?: Ed25519Public | undefined; readonly secret?: string | undefined } = {
    key: builder.public,
    secret: builder.secret,
  },
): Machine {
  const warnings: string[] = [];
  const cache = new BuildCache(folder, (what) => void warnings.push(what));
  const { key, secret } = who;
  const shared = new SharedCache({
    ...{ store, cache, key, location: "shared" },
    waiting: new WaitingUploads(join(folder, "shared")),
    openSigner: key && secret ? () => openEd25519(key, { kind: "state", secret }) : undefined,
    warn: (sentence) => void warnings.push(sentence),
  });
  const build = async (wanted: readonly ArtifactJob[] = jobs) => {
    const how = new Map<string, BuildEvent["kind"]>();
    const progress = (name: string, { kind }: BuildEvent) => void how.set(name, kind);
    const artifacts = await buildArtifacts(wanted, { cacheFolder: folder, shared, progress });
    return { artifacts, how: wanted.map(({ name }) => how.get(name) ?? "nothing") };
  };
  return { cache, shared, warnings, build };
}

/** A store that asks a function before each call: it may throw, wait, or count. */
export function watched(store: Store, before: (verb: keyof Store, path: string) => void): Store {
  const asked = async <T>(verb: keyof Store, path: string, work: () => Promise<T>): Promise<T> => {
    before(verb, path);
    return work();
  };
  return {
    list: (prefix) => asked("list", prefix, () => store.list(prefix)),
    stat: (path) => asked("stat", path, () => store.stat(path)),
    digest: (path) => asked("digest", path, () => store.digest(path)),
    keptDigest: (path) => asked("keptDigest", path, () => store.keptDigest(path)),
    read: (path, limit) => asked("read", path, () => store.read(path, limit)),
    download: (path, file, limit) => asked("download", path, () => store.download(path, file, limit)),
    create: (path, bytes) => asked("create", path, () => store.create(path, bytes)),
    replace: (path, bytes, expected) => asked("replace", path, () => store.replace(path, bytes, expected)),
  };
}
