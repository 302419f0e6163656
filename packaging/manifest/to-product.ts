import { type TargetName, targetNames } from "../targets.ts";
import { sharePath } from "./installed-paths.ts";
import type {
  Hooks,
  Installer,
  PayloadSource,
  PlainPayload,
  Product,
  ProductFile,
  ProductTarget,
  RetiredConfiguration,
  Service,
} from "./product.ts";
import type { Manifest } from "./schema.ts";

/** A checked manifest in the library's own words: modes as numbers, the epoch in seconds, one list of files. */
export function toProduct(manifest: Manifest): Product {
  const { schema: _, product: id, configuration, policies, fixtures, completions, hooks, winget, ...others } = manifest;
  const { "retired-configuration": retired, "third-party": thirdParty, ...rest } = others;
  return {
    ...rest,
    id,
    epoch: Date.parse(manifest.epoch) / 1000,
    targets: productTargets(manifest),
    files: [
      ...configuration.map((file) => productFile(file, "config")),
      ...policies.map((from) => sharedFile(id, from, "policy")),
      ...fixtures.map((from) => sharedFile(id, from, "fixture")),
      ...manifest.files.map((file) => productFile(file, "data")),
    ],
    retiredConfiguration: retired.map(retiredConfiguration),
    thirdParty,
    services: manifest.services.map(productService),
    sockets: manifest.sockets.map((socket) => ({ ...socket, mode: Number.parseInt(socket.mode, 8) })),
    completions: Object.fromEntries(Object.entries(completions).map(([command, shells]) => [command, present(shells)])),
    hooks: present({
      linux: productHooks(hooks.linux),
      macos: productHooks(hooks.macos),
      windows: productHooks(hooks.windows),
    }),
    ...(winget !== undefined && { winget: wingetSection(winget) }),
  };
}

function wingetSection({ "short-description": shortDescription, ...rest }: NonNullable<Manifest["winget"]>) {
  return shortDescription === undefined ? rest : { ...rest, shortDescription };
}

/** In the order of the table of targets, so that the order in the file decides nothing. */
function productTargets(manifest: Manifest): readonly ProductTarget[] {
  return targetNames.flatMap((name) => {
    const target = manifest.targets[name];
    if (target === undefined) return [];
    const { payload, ...rest } = target;
    return [
      {
        ...rest,
        name,
        payload: productPayload(payload),
        installers: target.installers.map(productInstaller),
      },
    ];
  });
}

type Payloads = NonNullable<Manifest["targets"][TargetName]>["payload"];

function productPayload(payload: Payloads): PayloadSource {
  if (payload.source !== "slices") return plainPayload(payload);
  return { kind: "slices", slices: { x86_64: plainPayload(payload.x86_64), aarch64: plainPayload(payload.arm64) } };
}

function plainPayload({ source: kind, ...where }: Exclude<Payloads, { source: "slices" }>): PlainPayload {
  return { kind, ...where } as PlainPayload;
}

function productInstaller(installer: NonNullable<Manifest["targets"][TargetName]>["installers"][number]): Installer {
  if (installer.format !== "pkg") return installer;
  const { "minimum-system": minimumSystem, ...rest } = installer;
  return { ...rest, minimumSystem };
}

function productFile(file: Manifest["files"][number], kind: ProductFile["kind"]): ProductFile {
  return { ...file, kind, mode: Number.parseInt(file.mode, 8) };
}

function sharedFile(product: string, from: string, kind: "policy" | "fixture"): ProductFile {
  const to = sharePath(product, kind === "policy" ? "policies" : "fixtures", from);
  return { from, to, kind, mode: 0o644, owner: "root", group: "root", only: ["linux", "macos", "windows"] };
}

function productService({ "socket-unit": socketUnit, ...service }: Manifest["services"][number]): Service {
  return socketUnit === undefined ? service : { ...service, socketUnit };
}

function retiredConfiguration({
  "renamed-to": renamedTo,
  ...rest
}: Manifest["retired-configuration"][number]): RetiredConfiguration {
  return renamedTo === undefined ? rest : { ...rest, renamedTo };
}

function productHooks(written: NonNullable<Manifest["hooks"]["linux"]> | undefined): Hooks | undefined {
  if (written === undefined) return undefined;
  return present({ postInstall: written["post-install"], preRemove: written["pre-remove"] });
}

/** The type with all optional keys that are written; absent ones stay absent. */
function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
