import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { refusal } from "../errors.ts";
import { isTicket } from "../formats/macos/stapled-ticket.ts";
import type { NotaryEndpoints } from "./endpoints.ts";
import { ask } from "./request.ts";
import { minutes, type Patience, type Waiting } from "./verdict.ts";

/** Bytes of an answer with one ticket, which has a few kilobytes in base64. */
const longestAnswer = 4 << 20;

const answer = z.object({
  records: z
    .array(
      z.object({
        recordName: z.string().optional(),
        serverErrorCode: z.string().optional(),
        fields: z
          .object({ signedTicket: z.object({ type: z.literal("BYTES"), value: z.base64() }).optional() })
          .optional(),
      }),
    )
    .max(1),
});

/** Kinds of digest in a ticket's name, by the bytes of a table of contents' checksum: SHA-1 and SHA-256. */
const digestKinds: Readonly<Record<number, number>> = { 20: 1, 32: 2 };
/** Bytes of a digest in a ticket's name. */
const nameSize = 20;

/**
 * The name under which Apple publishes a package's ticket, of the checksum of its table of contents (apple-codesign,
 * `stapling.rs`). Refuses (SLW-NOTARY) a checksum for which there is none.
 */
export function ticketName(checksum: Buffer): string {
  const kind = digestKinds[checksum.length];
  if (kind === undefined) {
    throw refusal(
      "SLW-NOTARY",
      "The package's checksum is neither SHA-1 nor SHA-256: Apple has no ticket for such a one.",
    );
  }
  return `2/${kind}/${checksum.toString("hex", 0, nameSize)}`;
}

/**
 * Fetches the ticket of an accepted submission. It appears a moment after the verdict, so it is asked for until then.
 * @throws SlipwayError SLW-NOTARY.
 */
export async function fetchTicket(
  name: string,
  endpoints: NotaryEndpoints,
  patience: Patience,
  { policy, clock, progress }: Waiting,
): Promise<Buffer> {
  const began = clock.now();
  for (let pause = policy.firstPoll; ; pause = Math.min(pause * 1.5, policy.longestPoll)) {
    const body = { records: [{ recordName: name }] };
    const { status, value } = await ask({ method: "POST", url: endpoints.tickets, body, limit: longestAnswer }, policy);
    const parsed = answer.safeParse(value);
    const [record] = parsed.data?.records ?? [];
    const isMissing = status === 404 || record?.serverErrorCode === "NOT_FOUND";
    if (!isMissing) return readTicket(name, record, status);
    const now = clock.now();
    if (now >= patience.until) {
      throw refusal("SLW-NOTARY", `Apple has accepted the package, but not published its ticket ${name} yet.`, {
        hint: "Run again in a while: nothing is submitted anew.",
      });
    }
    if (now > began) progress(`the package is accepted; its ticket is not there yet, after ${minutes(now - began)}`);
    await delay(Math.min(pause, (patience.until - now) * 1000));
  }
}

function readTicket(name: string, record: z.infer<typeof answer>["records"][0] | undefined, status: number): Buffer {
  const value = record?.recordName === name ? record.fields?.signedTicket?.value : undefined;
  const ticket = value === undefined ? undefined : Buffer.from(value, "base64");
  if (status === 200 && ticket !== undefined && isTicket(ticket)) return ticket;
  throw refusal("SLW-NOTARY", `Apple's list of tickets answers ${status} for ${name}, and not with a ticket.`);
}
