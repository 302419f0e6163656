import type { FileHandle } from "node:fs/promises";
import { gunzip } from "../compression/gunzip.ts";
import { collect } from "../containers/member-content.ts";
import { sha256 } from "../digest.ts";
import { readBom } from "../formats/macos/bom-reader.ts";
import { readCpio } from "../formats/macos/cpio-reader.ts";
import { readStapledTicket } from "../formats/macos/stapled-ticket.ts";
import { type ReadXarMember, readXar } from "../formats/macos/xar-reader.ts";
import { childOf, readXml, type XmlElement } from "../formats/macos/xml-element.ts";
import { shorten } from "../manifest/printable.ts";
import { longestText } from "../record/inventory.ts";
import type { Budget } from "./budget.ts";
import type { Facts, Inside } from "./contents.ts";
import { measure } from "./measure.ts";
import { readPayload, unexpectedInPkg } from "./pkg-payload.ts";

/** Of a text that is read as a whole, and of a Bom. */
const largestXml = 4 << 20;
const largestBom = 64 << 20;
const xmlLimits = { elements: 10_000, depth: 50 };
const mostScripts = 1000;
/** Nothing in a name that a terminal obeys, or that cannot be seen. */
const resourcePath = /^Resources\/[^\p{Cc}\p{Cf}\p{Cs}]+$/u;
const parts = ["Bom", "PackageInfo", "Payload", "Scripts"] as const;

/**
 * Reads a macOS package: a product archive of one component, whose Bom has to agree with its payload. Signatures are not
 * looked at. Texts of the installer are told by their paths in the package, other resources by their digests.
 */
export async function readPkg(file: FileHandle, size: number, budget: Budget): Promise<Inside> {
  const members = new Map<string, ReadXarMember>();
  const { size: archive, ticket } = await readStapledTicket(file, size);
  for (const member of await readXar(file, archive)) if (member.type === "file") members.set(member.path, member);
  const component = componentOf([...members.keys()]);
  const [bom, info, payload, scripts] = parts.map((part) => take(members, `${component}/${part}`));
  const distribution = take(members, "Distribution");
  if (distribution === undefined || bom === undefined || info === undefined || payload === undefined) {
    throw unexpectedInPkg("no Distribution, or no Bom, PackageInfo and Payload in its component");
  }
  const inside = await readPayload(payload, readBom(await wholeOf(bom, largestBom)), budget);
  const own = scripts === undefined ? { scripts: {}, texts: {} } : await readScripts(scripts, budget);
  const resources = await readResources(members, budget);
  const texts = { ...inside.texts, ...resources.texts, ...own.texts };
  return {
    facts: { component, ...inside.facts, ...resources.digests, ...(ticket && { "notary ticket": sha256(ticket) }) },
    control: [...(await infoFields(info)), ...(await distributionFields(distribution))],
    entries: inside.entries,
    ...(Object.keys(own.scripts).length > 0 && { scripts: own.scripts }),
    ...(Object.keys(texts).length > 0 && { texts }),
  };
}

function componentOf(paths: readonly string[]): string {
  const components = paths.flatMap((path) => /^([^/]+)\/PackageInfo$/.exec(path)?.[1] ?? []);
  const [first, ...more] = components;
  if (first === undefined || more.length > 0) throw unexpectedInPkg(`${components.length} components; one is read`);
  return first;
}

function take(members: Map<string, ReadXarMember>, path: string): ReadXarMember | undefined {
  const member = members.get(path);
  members.delete(path);
  return member;
}

async function wholeOf(member: ReadXarMember, limit: number): Promise<Buffer> {
  if (member.size > limit) throw unexpectedInPkg(`${member.path} of more than ${limit} bytes`);
  return collect(member.content());
}

async function readScripts(
  member: ReadXarMember,
  budget: Budget,
): Promise<Required<Pick<Inside, "scripts" | "texts">>> {
  const scripts: Record<string, { readonly size: number; readonly sha256: string }> = {};
  const texts: Record<string, string> = {};
  const limits = { entries: mostScripts, name: 300 };
  for await (const { path, type, content } of readCpio(budget.unpack(gunzip(member.content())), limits)) {
    if (type === "directory" && path === ".") continue;
    const [, name] = /^\.\/([A-Za-z0-9][A-Za-z0-9_.-]*)$/.exec(path) ?? [];
    if (type !== "file" || name === undefined || Object.hasOwn(scripts, name)) {
      throw unexpectedInPkg(`${shown(path)} where each script is expected once`);
    }
    const { size, sha256, text } = await measure(content, longestText);
    scripts[name] = { size, sha256 };
    if (text === undefined) continue;
    budget.text(size);
    texts[`Scripts/${name}`] = text;
  }
  return { scripts, texts };
}

/** What the installer shows; nothing else may be in the package. */
async function readResources(
  members: ReadonlyMap<string, ReadXarMember>,
  budget: Budget,
): Promise<{ readonly texts: Readonly<Record<string, string>>; readonly digests: Facts }> {
  const texts = new Map<string, string>();
  const digests = new Map<string, string>();
  for (const { path, content } of members.values()) {
    if (!resourcePath.test(path)) throw unexpectedInPkg(`${shown(path)}, which is not read`);
    budget.entry(path);
    const { size, sha256, text } = await measure(budget.unpack(content()), longestText);
    if (text === undefined) digests.set(path, sha256);
    else {
      budget.text(size);
      texts.set(path, text);
    }
  }
  return { texts: Object.fromEntries(texts), digests: Object.fromEntries(digests) };
}

async function infoFields(member: ReadXarMember): Promise<Required<Inside>["control"]> {
  const info = readXml(await wholeOf(member, largestXml), "PackageInfo", xmlLimits);
  return [...info.attributes, ...attributesOf(childOf(info, "payload"))];
}

/** What decides whether the package is installed at all. */
async function distributionFields(member: ReadXarMember): Promise<Required<Inside>["control"]> {
  const root = readXml(await wholeOf(member, largestXml), "Distribution", xmlLimits);
  const volumes = childOf(root, "volume-check");
  const allowed = volumes && childOf(volumes, "allowed-os-versions");
  const systems = allowed?.children.filter(({ name }) => name === "os-version") ?? [];
  return [
    ["title", childOf(root, "title")?.text ?? ""],
    ...attributesOf(childOf(root, "options")),
    ...attributesOf(childOf(root, "domains")),
    ...systems.flatMap((system) => [...system.attributes].map(([key, value]) => [`os-version ${key}`, value] as const)),
  ];
}

function attributesOf(element: XmlElement | undefined): readonly (readonly [string, string])[] {
  return [...(element?.attributes ?? [])];
}

function shown(path: string): string {
  return JSON.stringify(shorten(path));
}
