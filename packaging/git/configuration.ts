import type { Remote } from "./remote.ts";

/**
 * The whole configuration that git has, in the place of a user's: git-config(1). It counts also for the git that serves a
 * folder of this machine. Hooks are not named: ours is an empty repository without any, and those of the other side are its own.
 */
export function gitConfiguration({ location }: Remote, platform: NodeJS.Platform): string {
  const sections: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    // No repository is met but ours and the one that the settings name, whoever owns its folder.
    ["safe", { directory: "*" }],
    ["core", { longPaths: "true" }],
    ["gc", { auto: "0" }],
    ["maintenance", { auto: "false" }],
    ["protocol", { allow: "never" }],
    ...["https", "http", "ssh", "file"].map((name) => [`protocol "${name}"`, { allow: "always" }] as const),
    // A token is for the server that the settings name, and for no other that it names in turn.
    [
      "http",
      {
        followRedirects: "false",
        lowSpeedLimit: "1",
        lowSpeedTime: "60",
        ...(platform === "win32" && { sslBackend: "schannel" }),
      },
    ],
    ["uploadpack", { allowFilter: "true" }],
    ['remote "origin"', { url: location }],
  ];
  return sections.map(([name, values]) => `[${name}]\n${Object.entries(values).map(lineOf).join("")}`).join("");
}

function lineOf([name, value]: readonly [string, string]): string {
  return `\t${name} = "${value.replaceAll(/[\\"]/g, "\\$&")}"\n`;
}

/** What the way to a remote needs of this machine: proxies, authorities, the agent that holds ssh's keys. */
const handedOn = [
  ...["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap((name) => [name, name.toUpperCase()]),
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "SSH_AUTH_SOCK", "USER", "LOGNAME"],
];

/** A header for one server; it is seen in no argument list and in no file. */
interface Header {
  readonly server: string;
  readonly header: string;
}

/** The variables that git gets on top of those of every program. It asks nobody anything. */
export function gitEnvironment(
  configuration: string,
  handed: Header | undefined,
  from: Readonly<NodeJS.ProcessEnv> = process.env,
): Readonly<Record<string, string>> {
  const kept = handedOn.flatMap((name): [string, string][] => (from[name] ? [[name, from[name]]] : []));
  return {
    ...Object.fromEntries(kept),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: configuration,
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_SSH_COMMAND: "ssh -o BatchMode=yes -o ConnectTimeout=30",
    ...(handed && {
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: `http.${handed.server}.extraHeader`,
      GIT_CONFIG_VALUE_0: handed.header,
    }),
  };
}
