import type * as Aws from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { openAgents } from "../../aws/agents.ts";
import type { S3Location } from "../location.ts";
import type { S3Policy } from "./policy.ts";

/** AWS's client, and the commands that it takes. */
export interface S3Door {
  readonly aws: typeof Aws;
  readonly client: S3Client;
}

/**
 * Opens the client of a bucket. It is loaded only now, a fifth of a second that a stack with a folder does not pay.
 * Credentials are those that AWS's own tools would take: environment, profile, web identity of a workflow, machine's role.
 */
export async function openDoor({ endpoint, region }: S3Location, policy: S3Policy): Promise<S3Door> {
  const aws = await import("@aws-sdk/client-s3");
  const agents = await openAgents();
  // Other services ignore the region, but it is part of each signature.
  const named = region ?? (endpoint === undefined ? undefined : "us-east-1");
  const client = new aws.S3Client({
    ...(named !== undefined && { region: named }),
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    // Trying again is this module's: a stream cannot be sent twice, and what an attempt without an answer did matters.
    maxAttempts: 1,
    // Digests are given with each write and compared with each read; no other checksum is needed.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // What went wrong is said once, by the error.
    logger: { trace: silent, debug: silent, info: silent, warn: silent, error: silent },
    requestHandler: {
      ...agents,
      connectionTimeout: policy.connectMs,
      socketTimeout: policy.idleMs,
    },
  });
  // Asked for in this way, the checksum comes with the answer and the client does not end the body by comparing it: what an
  // object is, is asked also of one that is not what it was.
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const headers = headersOf(args.request);
        if (commandName === "GetObjectCommand") headers["x-amz-checksum-mode"] = "ENABLED";
        return next(args);
      },
    { step: "build", name: "askForChecksum" },
  );
  return { aws, client };
}

function headersOf(request: unknown): Record<string, string> {
  return (request as { readonly headers: Record<string, string> }).headers;
}

function silent(): void {}
