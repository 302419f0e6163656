import { releaseFolder } from "../record/folder.ts";
import type { StackOutputs } from "./stack-facts.ts";
import { shortDigest, sizeText, table } from "./table.ts";

type Product = StackOutputs["products"][number];

/** What a person wants to know after an update: what is live, what it consists of, how to install it. */
export function summaryText(outputs: StackOutputs, changed: boolean): string {
  const { products, channel } = outputs;
  const live = (product: Product) =>
    `${product.product} ${product.version} is on channel ${channel} (serial ${product.serial})\n`;
  if (!changed) return products.map((product) => `nothing to do: ${live(product)}`).join("");
  const shipped = products.map((product) => `${live(product)}${product.description.map(paragraph).join("")}`);
  return `\n${shipped.join("\n")}\n${artifactTable(outputs)}\n${installLines(outputs)}`;
}

/** What the packages say that they hold, in lines of at most 100 columns where words allow. */
function paragraph(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= 98) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `  ${line}\n`).join("");
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
