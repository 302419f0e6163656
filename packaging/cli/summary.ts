import { releaseFolder } from "../record/folder.ts";
import type { StackOutputs } from "./stack-facts.ts";
import { shortDigest, sizeText, table } from "./table.ts";

/** What a person wants to know after an update: what is live, what it consists of, how to install it. */
export function summaryText(outputs: StackOutputs, changed: boolean): string {
  const live = outputs.products.map(
    ({ product, version, serial }) => `${product} ${version} is on channel ${outputs.channel} (serial ${serial})`,
  );
  if (!changed) return live.map((line) => `nothing to do: ${line}\n`).join("");
  return `\n${live.join("\n")}\n\n${artifactTable(outputs)}\n${installLines(outputs)}`;
}

function artifactTable({ products }: StackOutputs): string {
  const rows = products.flatMap(({ artifacts }) =>
    artifacts.map(({ name, size, content }) => [name, sizeText(size), shortDigest(content)]),
  );
  return table(
    [
      { title: "artifact", align: "left" },
      { title: "size", align: "right" },
      { title: "content digest", align: "left" },
    ],
    rows,
  );
}

function installLines({ archive, channel, bucket, products }: StackOutputs): string {
  const keyring = `${archive}-archive-keyring.gpg`;
  const packaged = products.filter(({ artifacts }) => artifacts.some(({ name }) => name.endsWith(".deb")));
  const names = packaged.map(({ product }) => product).join(" ");
  const [first] = products;
  const folder = first === undefined ? "" : releaseFolder(first.product, first.folder);
  const install = `Serve the bucket, in a terminal of its own:
  npm run serve

Install it on this machine, in another:
  sudo install -m 0644 ${bucket}/keys/${keyring} /usr/share/keyrings/${keyring}
  sudo install -m 0644 ${bucket}/dists/${archive}-${channel}.sources /etc/apt/sources.list.d/
  sudo apt update && sudo apt install ${names} ${archive}-archive-keyring

`;
  return `${packaged.length === 0 ? "" : install}Archives, sums and signatures lie in ${bucket}/${folder}/

See what a change would do:   edit packaging/runtime/config/runtime.toml, then   npm run preview
`;
}
