import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Finished, run } from "../../packaging/process.ts";

export interface AptRoot {
  readonly folder: string;
  /** Runs an apt program of this machine on the private root; any exit code is returned. */
  run(program: "apt-get" | "apt-cache", ...args: readonly string[]): Promise<Finished>;
  remove(): Promise<void>;
}

const everyExitCode: readonly number[] = Array.from({ length: 256 }, (_, code) => code);

const folders = [
  ...["apt.conf.d", "preferences.d", "sources.list.d", "trusted.gpg.d"].map((it) => `etc/apt/${it}`),
  ...["var/lib/apt/lists", "var/lib/dpkg", "var/cache/apt", "var/log/apt", "usr/share/keyrings"],
];

/**
 * A private apt world for this machine's apt: own sources, lists, caches and dpkg status, with the system's none. It is
 * for update, policy, download and `install --simulate`. The path in Signed-By is moved into the private root.
 */
export async function isolatedApt(options: {
  /** A `.sources` file as users get it. */
  readonly sourcesText: string;
  /** The binary keyring (`.gpg`) that its Signed-By names. */
  readonly keyring: Uint8Array;
}): Promise<AptRoot> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-apt-"));
  // apt downloads as the user _apt, who has to reach its folders, and complains where it cannot.
  await chmod(folder, 0o755);
  for (const it of folders) await mkdir(join(folder, it), { recursive: true });
  const signedBy = /^Signed-By: (.*)$/m.exec(options.sourcesText)?.[1] ?? "";
  const keyring = join(folder, "usr/share/keyrings", basename(signedBy));
  const sources = options.sourcesText.replace(`Signed-By: ${signedBy}`, `Signed-By: ${keyring}`);
  const configuration = join(folder, "etc/apt/apt.conf");
  const status = join(folder, "var/lib/dpkg/status");
  await writeFile(keyring, options.keyring, { mode: 0o644 });
  await writeFile(join(folder, "etc/apt/sources.list.d/slipway.sources"), sources, { mode: 0o644 });
  await writeFile(status, "");
  await writeFile(
    configuration,
    `Dir "${folder}";\nDir::State::status "${status}";\nAcquire::http::Proxy "DIRECT";\nAcquire::Retries "0";\n`,
  );
  return {
    folder,
    run: (file, ...args) =>
      run({
        file,
        args,
        folder,
        environment: { APT_CONFIG: configuration },
        accept: everyExitCode,
        timeoutSeconds: 60,
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
