import { z } from "zod";
import { refusal } from "../errors.ts";
import { type Lifecycle, lifecycleOf, type Values } from "./lifecycle.ts";
import { missingModules } from "./modules.ts";
import { refuseNewerState } from "./state-schema.ts";

const inputs = z.object({
  schema: z.number().int(),
  /** Every provider module that the stack's state names. */
  modules: z.array(z.string()),
  /** The first resource stops updates, the last one destroys. */
  end: z.enum(["first", "last"]),
});

/**
 * Two resources that keep older code from touching what newer code wrote: one registered before all others (so an
 * update stops before it writes), one that depends on all others (so a destroy, which goes backwards, stops there).
 */
export const lifecycle = guarded(
  lifecycleOf<z.infer<typeof inputs>, Values>({
    kind: "state",
    inputs,
    id: ({ end }) => end,
    write: async () => ({}),
    drift: async () => [],
  }),
);

/** Each end refuses once for all: the first on update and refresh, the last on destroy. */
function guarded(base: Lifecycle): Lifecycle {
  return {
    ...base,
    check: async (olds, news) => {
      if (news["end"] === "first") refuseNewer(olds);
      return { inputs: news };
    },
    read: async (id, props) => {
      if (props["end"] === "first") refuseNewer(props);
      return { id, props };
    },
    delete: async (_id, props) => {
      if (props["end"] === "last") refuseNewer(props);
    },
  };
}

function refuseNewer(values: Values): void {
  refuseNewerState("state", values);
  refuseUnknownModules(values);
}

function refuseUnknownModules(values: Values): void {
  const { modules } = values;
  if (!Array.isArray(modules)) return;
  const missing = missingModules(modules.map(String));
  if (missing.length === 0) return;
  throw refusal(
    "SLW-STATE-NEWER",
    `this stack's state names the provider module ${missing.join(", ")}, which this checkout of Slipway does not have: ` +
      "check out the version that wrote the state or a later one; nothing was written",
  );
}
