import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from "yaml";
import { refusal } from "../errors.ts";

/** What a stack says of `slipway:version`: one version for all products, a map, or nothing. */
export type VersionSetting = string | Readonly<Record<string, string>> | undefined;

const path = ["config", "slipway:version"] as const;

/** The version or folder that is asked for, for one product; undefined where the setting leaves it open. */
export function askedVersion(setting: VersionSetting, product: string): string | undefined {
  return typeof setting === "object" ? setting[product] : setting;
}

/** `slipway:version` in the text of a stack's file. Refuses (SLW-SETTINGS) text that is not YAML; `where` names the file. */
export function readVersionSetting(text: string, where: string): VersionSetting {
  const value: unknown = parse(text, where).getIn(path, true);
  if (isScalar(value)) return value.value === null ? undefined : String(value.value);
  if (!isMap(value)) return undefined;
  const entries = value.items.map(({ key, value: of }) => [scalarText(key), scalarText(of)]);
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

/**
 * The text with `slipway:version` naming `folder` for one product; comments, order and the other products' versions stay.
 * A version that stood for several `products` becomes a map. Refuses (SLW-SETTINGS) what is not YAML, or is encrypted.
 */
export function withVersion(
  text: string,
  where: string,
  {
    product,
    folder,
    products,
  }: { readonly product: string; readonly folder: string; readonly products: readonly string[] },
): string {
  const document = parse(text, where);
  const config = document.get("config", true);
  if (config !== undefined && !isMap(config) && !(isScalar(config) && config.value === null)) {
    throw refusal("SLW-SETTINGS", `${where}: config is no map, so that slipway:version cannot be set in it.`);
  }
  if (!isMap(config)) document.set("config", document.createNode({}));
  const found: unknown = document.getIn(path, true);
  if (isMap(found) && found.has("secure")) {
    throw refusal("SLW-SETTINGS", `${where}: slipway:version is encrypted, so that it cannot be changed here.`, {
      hint: "A version is no secret: set it again without --secret.",
    });
  }
  const others = products.filter((other) => other !== product);
  if (isMap(found)) setInMap(found, product, folder);
  else if (isScalar(found) && found.value !== null && others.length > 0) {
    const before = String(found.value);
    document.setIn(
      path,
      document.createNode(Object.fromEntries([...others.map((it) => [it, before]), [product, folder]])),
    );
  } else if (isScalar(found)) found.value = others.length > 0 ? { [product]: folder } : folder;
  else document.setIn(path, document.createNode(others.length > 0 ? { [product]: folder } : folder));
  // Long lines, such as an encryption salt, stay lines.
  const after = document.toString({ lineWidth: 0 });
  return text.includes("\r\n") ? after.replaceAll("\n", "\r\n") : after;
}

function setInMap(map: YAMLMap, product: string, folder: string): void {
  const value: unknown = map.get(product, true);
  // The scalar stays, and with it the way it is quoted and the comment behind it.
  if (isScalar(value)) value.value = folder;
  else map.set(product, folder);
}

function parse(text: string, where: string) {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = counter.linePos(error.pos[0]);
    throw refusal("SLW-SETTINGS", `this is not YAML: ${error.message}`, { place: { file: where, line, column: col } });
  }
  return document;
}

function scalarText(node: unknown): string {
  return isScalar(node) ? String(node.value) : "";
}
