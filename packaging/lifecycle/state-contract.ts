import { z } from "zod";
import { refuseNewerResources } from "./exported-state.ts";
import { type Lifecycle, lifecycleOf, type Values } from "./lifecycle.ts";
import { refuseUnknownModules } from "./modules.ts";
import { refuseNewerState } from "./state-schema.ts";

const inputs = z.object({
  schema: z.number().int(),
  /** The stack's name, for the engine's own program. */
  stack: z.string().optional(),
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

/**
 * Each end refuses once for all, and for all resources of the stack: the first on update and refresh, the last on
 * destroy.
 */
function guarded(base: Lifecycle): Lifecycle {
  return {
    ...base,
    check: async (olds, news) => {
      if (news["end"] === "first") await refuseNewer(olds, news);
      return { inputs: news };
    },
    read: async (id, props) => {
      if (props["end"] === "first") await refuseNewer(props, props);
      return { id, props };
    },
    delete: async (_id, props) => {
      if (props["end"] === "last") await refuseNewer(props, props);
    },
  };
}

async function refuseNewer(values: Values, { stack }: Values): Promise<void> {
  refuseNewerState("state", values);
  const { modules } = values;
  if (Array.isArray(modules)) refuseUnknownModules(modules.map(String));
  // An update that newer code did not finish has marked some resources only, and a dropped one is asked by nobody.
  if (typeof stack === "string") await refuseNewerResources(stack);
}
