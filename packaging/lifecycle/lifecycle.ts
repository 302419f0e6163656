import { flushCompileCache } from "node:module";
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { SlipwayError } from "../errors.ts";
import { hasDrift } from "./drift.ts";
import { isNewerState, refuseNewerState } from "./state-schema.ts";

export type Values = Readonly<Record<string, unknown>>;

/**
 * What a kind of resource is, without Pulumi. All of Slipway's own resources write content-addressed objects, so
 * creating and updating are the same idempotent act, and deleting is forgetting: objects stay, only the state's memory
 * of them goes.
 */
export interface ResourceKind<Inputs, Outputs extends Values> {
  /** Named in messages: "channel", "apt suite". */
  readonly kind: string;
  readonly inputs: z.ZodType<Inputs>;
  /** Inputs that say how a write comes about, and not what it makes: alone they are no change. */
  readonly circumstances?: readonly (keyof Inputs & string)[];
  /** Stable over versions: an update cannot change it. */
  id(inputs: Inputs): string;
  /** Makes the world as the inputs say, or finds that it is. Runs again after a death anywhere in it. */
  write(inputs: Inputs, before: Outputs | undefined): Promise<Outputs>;
  /**
   * Whether the bucket is behind these inputs, though they are those of the last write: an update died half-way and the
   * next one took its decision back, or somebody removed what it wrote. Asked by every preview, so it looks at little and
   * hashes nothing large; without it, only a refresh looks.
   */
  lags?(inputs: Inputs, outputs: Outputs): Promise<boolean>;
  /** Names each object that is not as it was written: `dists/dev/InRelease: missing`. */
  drift(inputs: Inputs, outputs: Outputs): Promise<readonly string[]>;
  /** Outputs that others change and that are no damage, as they are now: a refresh keeps them. */
  observe?(inputs: Inputs, outputs: Outputs): Promise<Partial<Outputs>>;
  /** What a person must know when the state forgets it; undefined, or no such method: nothing. */
  farewell?(inputs: Inputs, outputs: Outputs): string | undefined;
}

/** The methods that Pulumi's dynamic providers call, over plain values. */
export interface Lifecycle {
  check(olds: Values, news: Values): Promise<{ inputs: Values }>;
  diff(id: string, olds: Values, news: Values): Promise<{ changes: boolean }>;
  create(inputs: Values): Promise<{ id: string; outs: Values }>;
  read(id: string, props: Values): Promise<{ id: string; props: Values }>;
  update(id: string, olds: Values, news: Values): Promise<{ outs: Values }>;
  delete(id: string, props: Values): Promise<void>;
}

/** `drift` is an output of every resource: empty after a write, filled by a refresh, and any entry makes an update. */
export function lifecycleOf<Inputs, Outputs extends Values>(kind: ResourceKind<Inputs, Outputs>): Lifecycle {
  const write = async (values: Values, before: Outputs | undefined) => {
    const inputs = parseInputs(kind, values);
    // What the state remembers is of the bucket that it was written to, and says nothing of another.
    const known = before?.["bucket"] === values["bucket"] ? before : undefined;
    const outputs = await kind.write(inputs, known);
    return { id: kind.id(inputs), outs: { ...ownKeys(values), ...outputs, drift: [] } };
  };
  let compiledKept = false;
  return {
    check: async (olds, news) => {
      // The engine ends this process by a signal, at which Node would not keep what it compiled of this kind's modules.
      if (!compiledKept) setImmediate(flushCompileCache);
      compiledKept = true;
      refuseNewerState(kind.kind, olds);
      return { inputs: news };
    },
    diff: async (_id, olds, news) => ({
      changes: hasDrift(olds) || differs(olds, news, kind.circumstances) || (await lagsBehind(kind, olds, news)),
    }),
    create: (inputs) => write(inputs, undefined),
    update: async (_id, olds, news) => ({ outs: (await write(news, olds as Outputs)).outs }),
    read: async (id, props) => {
      // What newer code wrote is left as it is: `state-first` ends the refresh, and one sentence is enough.
      if (isNewerState(props)) return { id, props };
      const inputs = parseInputs(kind, props);
      const observed = await kind.observe?.(inputs, props as Outputs);
      const drift = await kind.drift(inputs, props as Outputs);
      return { id, props: { ...props, ...observed, drift: [...drift] } };
    },
    delete: async (_id, props) => {
      refuseNewerState(kind.kind, props);
      const words = kind.farewell?.(parseInputs(kind, props), props as Outputs);
      // The engine shows what a provider prints as a message of the update.
      if (words !== undefined) console.info(words);
    },
  };
}

/** Only the keys of this code's inputs count: what another version of the code kept beside them is not a change. */
function differs(olds: Values, news: Values, ignored: readonly string[] = []): boolean {
  const counted = Object.keys(ownKeys(news)).filter((key) => !ignored.includes(key));
  return counted.some((key) => !isDeepStrictEqual(olds[key], news[key]));
}

async function lagsBehind<Inputs, Outputs extends Values>(
  kind: Pick<ResourceKind<Inputs, Outputs>, "inputs" | "lags">,
  olds: Values,
  news: Values,
): Promise<boolean> {
  const parsed = kind.inputs.safeParse(ownKeys(news));
  return parsed.success && (await kind.lags?.(parsed.data, olds as Outputs)) === true;
}

/** The engine keeps the provider itself under a key of its own beside ours. */
function ownKeys(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !key.startsWith("__")));
}

function parseInputs<Inputs>(kind: ResourceKind<Inputs, Values>, values: Values): Inputs {
  const parsed = kind.inputs.safeParse(ownKeys(values));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  // The value itself is not shown: it may hold a secret.
  throw new SlipwayError([
    {
      code: "SLW-SETTINGS",
      message: `${kind.kind}: input ${issue?.path.join(".") ?? "?"} is not valid: ${issue?.code ?? "unknown"}`,
    },
  ]);
}
