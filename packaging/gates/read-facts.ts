import { z } from "zod";
import { refusal } from "../errors.ts";
import { sha256Field, sizeField } from "../record/fields.ts";
import { describeIssue, inWords } from "../schema-words.ts";
import type { PromotionFacts } from "./facts.ts";

const text = z.string().min(1).max(10_000);
const bytes = z.strictObject({ size: sizeField, sha256: sha256Field });

const schema: z.ZodType<PromotionFacts> = z.strictObject({
  stage: z.enum(["candidate", "release"]),
  product: text,
  version: text,
  folder: text,
  channel: text,
  from: text,
  record: sha256Field,
  listed: z.int().nullable(),
  artifacts: z.array(
    z.strictObject({ name: text, target: text, format: text, ...bytes.shape, found: bytes.nullable() }),
  ),
  signatures: z.strictObject({ expected: z.array(text), found: z.array(text) }),
  serving: z.strictObject({ version: text, record: sha256Field, sizes: z.record(text, sizeField) }).nullable(),
  served: z.array(sha256Field),
  growth: z.number().nonnegative().nullable(),
  governance: z.strictObject({
    needed: z.boolean(),
    file: text,
    entry: z
      .strictObject({ product: text, version: text, record: sha256Field, evidence: text, drops: z.array(text) })
      .nullable(),
  }),
});

/**
 * The facts that a resource carries; `where` names it in messages. Refuses (SLW-GATE) what are none: a gate that met a field
 * in another form would find nothing wrong with it.
 */
export function readFacts(value: unknown, where: string): PromotionFacts {
  const result = schema.safeParse(value, { error: inWords });
  if (result.success) return result.data;
  const reason = describeIssue(result.error.issues[0]);
  throw refusal("SLW-GATE", `${where} does not carry the facts that gates look at: ${reason}`);
}
