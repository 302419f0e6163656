import { z } from "zod";

/** The parts that several kinds of resources have among their inputs. */

export const schemaNumber = z.number().int();

export const keySource = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("state"), secret: z.string() }),
  z.strictObject({ kind: z.literal("env"), name: z.string() }),
  z.strictObject({ kind: z.literal("file"), path: z.string() }),
]);

export const ed25519Public = z.strictObject({ kind: z.literal("ed25519"), keyid: z.string(), publicKey: z.string() });

export const openPgpPublic = z.strictObject({
  kind: z.literal("openpgp"),
  fingerprint: z.string(),
  armored: z.string(),
  created: z.number(),
});

export const ed25519Key = z.strictObject({ public: ed25519Public, source: keySource });
export const openPgpKey = z.strictObject({ public: openPgpPublic, source: keySource });

export const objectReference = z.strictObject({ path: z.string(), size: z.number(), sha256: z.string() });

export const channelRecord = z.strictObject({ version: z.string(), folder: z.string(), record: objectReference });
