import { open } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { systemClock } from "../clock.ts";
import { refusal } from "../errors.ts";
import { notaryEndpoints } from "../notarization/endpoints.ts";
import { notarize } from "../notarization/notarize.ts";
import { packageFacts } from "../notarization/package-facts.ts";
import { notaryPolicy } from "../notarization/policy.ts";
import { notaryFindings } from "../notarization/rules.ts";
import { localPlaces } from "../places.ts";
import { keySource, schemaNumber } from "./inputs.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";

const inputs = z.object({
  schema: schemaNumber,
  /** Bundle identifier of the package: the same for every version. */
  identifier: z.string(),
  /** File name of the package, for Apple's list. */
  name: z.string(),
  /** The signed package. Its bytes are in the build cache of the machine that runs the update, by this digest. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.number().int().positive(),
  /** An App Store Connect API key by reference. */
  key: z.strictObject({ issuer: z.string(), id: z.string(), source: keySource }),
  /** Seconds until an update does not wait for Apple any longer. */
  wait: z.number().int().positive(),
});

interface Outputs extends Values {
  /** Apple's number of the submission. */
  readonly submission: string;
  readonly status: "Accepted";
  /** Base64 of what is stapled to the package: kept here, since Apple may give another one tomorrow. */
  readonly ticket: string;
}

/** A signed macOS package that Apple's notary service has accepted, and the ticket that says so. */
export const lifecycle = lifecycleOf<z.infer<typeof inputs>, Outputs>({
  kind: "notarization",
  inputs,
  circumstances: ["name", "key", "wait"],
  id: ({ identifier }) => `notarization/${identifier}`,
  write: async ({ name, sha256, size, key, wait }, before) => {
    if (before?.["sha256"] === sha256) {
      return { submission: before.submission, status: before.status, ticket: before.ticket };
    }
    const { projectRoot, cache } = localPlaces();
    const file = await cache.getFile(sha256);
    if (file === undefined) throw missing(name, sha256);
    const endpoints = notaryEndpoints();
    if (endpoints.standIn !== undefined) {
      console.warn(`${name}: not Apple, but the stand-in at ${endpoints.standIn} is asked; no Mac believes its ticket`);
    }
    const findings = await findingsOf(file, size, name, await cache.temporaryFile());
    // Apple is the judge: what it will say in a while is told at once, and the submission goes on.
    for (const finding of findings.slice(0, mostFindings)) console.warn(`Apple will hardly accept this: ${finding}`);
    const { submission, ticket } = await notarize(
      { name, sha256, size, file, key, wait },
      {
        notes: path.join(projectRoot, ".slipway", "notarization"),
        endpoints,
        policy: notaryPolicy,
        clock: systemClock,
        progress: (sentence) => console.info(sentence),
      },
    );
    return { submission, status: "Accepted", ticket: ticket.toString("base64") };
  },
  // What Apple accepted is in the state, and in no place of ours that could drift.
  drift: async () => [],
});

/** A package with more has one mistake many times. */
const mostFindings = 20;

async function findingsOf(file: string, size: number, name: string, spool: string): Promise<readonly string[]> {
  const handle = await open(file);
  try {
    const { pkg, slices } = await packageFacts(handle, size, spool);
    return notaryFindings(name, pkg, slices);
  } finally {
    await handle.close();
  }
}

function missing(name: string, sha256: string): Error {
  return refusal(
    "SLW-NOTARY",
    `The signed package ${name} (SHA-256 ${sha256}) is not in the build cache of this machine.`,
    {
      hint: "Run again: it is built and signed once more, to the same bytes.",
    },
  );
}
