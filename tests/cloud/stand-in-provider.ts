import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type {
  CheckResult,
  CreateResult,
  DiffResult,
  InvokeResult,
  Provider,
  ReadResult,
} from "@pulumi/pulumi/provider/index.js";
import { argumentsOf } from "./argument-types.ts";

export type Properties = Readonly<Record<string, unknown>>;

/** What a service does with a resource of one type. */
export interface Kind {
  /** Properties that name the resource: with another value it is another resource. */
  readonly identity: readonly string[];
  /** What the service adds to what it was given. */
  computed?(inputs: Properties, id: string): Properties;
  /** Outside of what is noted here: an S3 server gets its bucket. */
  made?(inputs: Properties): Promise<void>;
}

export interface Service {
  readonly version: string;
  /** By type token. */
  readonly kinds: Readonly<Record<string, Kind>>;
  /** By token of a function. */
  readonly functions: Readonly<Record<string, (args: Properties) => Properties>>;
}

// https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts: a secret on its way between engine and provider.
const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

/**
 * A stand-in of a provider whose plugin cannot be had: it holds inputs to the declarations of the installed package, and keeps what
 * it made in a folder, one file for each resource, where tests look. Of secrets it keeps a digest, as a service shows none.
 */
export class StandInProvider implements Provider {
  readonly version: string;
  readonly #service: Service;
  readonly #folder: string;

  constructor(service: Service, folder: string) {
    this.version = service.version;
    this.#service = service;
    this.#folder = folder;
  }

  async check(urn: string, _olds: Properties, news: Properties): Promise<CheckResult> {
    const { required, known } = argumentsOf(typeOf(urn));
    const missing = required.filter((name) => news[name] === undefined);
    const unknown = Object.keys(news).filter((name) => !known.has(name));
    const failures = [
      ...missing.map((property) => ({ property, reason: "is required" })),
      ...unknown.map((property) => ({ property, reason: "is no property of it" })),
    ];
    return { inputs: news, failures };
  }

  async diff(_id: string, urn: string, olds: Properties, news: Properties): Promise<DiffResult> {
    const { known } = argumentsOf(typeOf(urn));
    const differs = (name: string) => !isDeepStrictEqual(inClear(olds[name]), inClear(news[name]));
    const given = Object.keys({ ...olds, ...news }).filter((name) => known.has(name));
    const changed = given.filter(
      (name) => differs(name) && !(name in this.#computed(urn, olds, "") && !(name in news)),
    );
    return {
      changes: changed.length > 0,
      replaces: changed.filter((name) => this.#kind(urn).identity.includes(name)),
      deleteBeforeReplace: true,
    };
  }

  async create(urn: string, inputs: Properties): Promise<CreateResult> {
    const kind = this.#kind(urn);
    const id = kind.identity.map((name) => String(inClear(inputs[name]))).join(":") || `${nameOf(urn)}-1234567`;
    await kind.made?.(inputs);
    return { id, outs: this.#written(urn, id, inputs) };
  }

  async update(id: string, urn: string, _olds: Properties, news: Properties) {
    return { outs: this.#written(urn, id, news) };
  }

  async read(id: string, urn: string, props: Properties): Promise<ReadResult> {
    const file = this.#file(urn, id);
    if (!existsSync(file)) return { id: "", props: {} };
    const { properties } = JSON.parse(readFileSync(file, "utf8")) as { readonly properties: Properties };
    const shown = Object.entries(properties).filter(([, value]) => !String(value).startsWith("sha256:"));
    return { id, props: { ...props, ...Object.fromEntries(shown) } };
  }

  async delete(id: string, urn: string): Promise<void> {
    rmSync(this.#file(urn, id));
  }

  async invoke(token: string, args: Properties): Promise<InvokeResult> {
    const called = this.#service.functions[token];
    if (called === undefined) throw new Error(`the stand-in has no function ${token}`);
    return { outputs: called(args) };
  }

  #kind(urn: string): Kind {
    const kind = this.#service.kinds[typeOf(urn)];
    if (kind === undefined) throw new Error(`the stand-in has no resources of type ${typeOf(urn)}`);
    return kind;
  }

  #computed(urn: string, inputs: Properties, id: string): Properties {
    return this.#kind(urn).computed?.(inputs, id) ?? {};
  }

  #written(urn: string, id: string, inputs: Properties): Properties {
    const outs = { ...this.#computed(urn, inputs, id), ...inputs };
    const properties = Object.fromEntries(Object.entries(outs).map(([name, value]) => [name, withoutSecrets(value)]));
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#file(urn, id), JSON.stringify({ type: typeOf(urn), id, properties }, undefined, 2));
    return outs;
  }

  #file(urn: string, id: string): string {
    return join(this.#folder, `${encodeURIComponent(`${typeOf(urn)} ${id}`).replaceAll("*", "%2A")}.json`);
  }
}

/** What the stand-ins keep of a secret's value. */
export function digestOfSecret(value: unknown): string {
  return `sha256:${createHash("sha256").update(JSON.stringify(value)).digest("hex")}`;
}

/** `urn:pulumi:STACK::PROJECT::PARENTS$TYPE::NAME` */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::")[3] ?? "";
}

function isSecret(value: unknown): value is { readonly value: unknown } {
  return typeof value === "object" && value !== null && signature in value && value[signature] === secret;
}

function inClear(value: unknown): unknown {
  return mapped(value, (found) => inClear(found));
}

function withoutSecrets(value: unknown): unknown {
  return mapped(value, (found) => digestOfSecret(inClear(found)));
}

/** A value in which each secret, however deep, is what `of` makes of it. */
function mapped(value: unknown, of: (secretValue: unknown) => unknown): unknown {
  if (isSecret(value)) return of(value.value);
  if (Array.isArray(value)) return value.map((item) => mapped(item, of));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapped(item, of)]));
}
