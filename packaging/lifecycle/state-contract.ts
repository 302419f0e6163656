import { z } from "zod";
import { refusal } from "../errors.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";
import { missingModules } from "./modules.ts";

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
export const lifecycle = withModuleCheck(
  lifecycleOf<z.infer<typeof inputs>, Values>({
    kind: "state",
    inputs,
    id: ({ end }) => end,
    write: async () => ({}),
    drift: async () => [],
  }),
);

function withModuleCheck(base: ReturnType<typeof lifecycleOf>): typeof base {
  return {
    ...base,
    check: async (olds, news) => {
      refuseUnknownModules(olds);
      return base.check(olds, news);
    },
    read: async (id, props) => {
      refuseUnknownModules(props);
      return base.read(id, props);
    },
    delete: async (id, props) => {
      refuseUnknownModules(props);
      return base.delete(id, props);
    },
  };
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
