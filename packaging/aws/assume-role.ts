import { z } from "zod";
import { refusal, type SlipwayError } from "../errors.ts";
import { printable } from "../manifest/printable.ts";
import { codeOf } from "../payload/download/interrupted.ts";
import { openAgents } from "./agents.ts";

/** A role that a job takes. */
export interface RoleToAssume {
  readonly arn: string;
  /** Where STS is asked. */
  readonly region: string;
  /** What the account's log calls the session. */
  readonly session: string;
}

/** What a session may be told by, and until when. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Seconds since 1970. */
  readonly expires: number;
}

/** Whose tokens are for AWS (GitHub, "Configuring OpenID Connect in Amazon Web Services"). */
export const stsAudience = "sts.amazonaws.com";
/** Seconds; the publisher's role allows no longer session. */
const longestSession = 3600;
/** Milliseconds until there is a connection, and without an answer on it. */
const [connectWithin, answerWithin] = [10_000, 30_000];

/** One line each, so that they can be variables of a later step. */
const field = z
  .string()
  .max(16 << 10)
  .regex(/^[\x21-\x7e]+$/);
const answer = z.object({
  accessKeyId: field,
  secretAccessKey: field,
  sessionToken: field,
  expiration: z.date().transform((it) => Math.floor(it.getTime() / 1000)),
});

/**
 * Takes a role for an hour by a token of its trusted OIDC provider (API of STS, AssumeRoleWithWebIdentity). AWS's client
 * is loaded only now; `AWS_ENDPOINT_URL_STS` names another service to it.
 * @throws SlipwayError SLW-KEY where the role is not given; the message does not have the token.
 */
export async function assumeRole({ arn, region, session }: RoleToAssume, token: string): Promise<SessionCredentials> {
  const { fromWebToken } = await import("@aws-sdk/credential-provider-web-identity");
  const agents = await openAgents();
  const take = fromWebToken({
    roleArn: arn,
    roleSessionName: session,
    webIdentityToken: token,
    durationSeconds: longestSession,
    clientConfig: {
      region,
      maxAttempts: 1,
      requestHandler: { ...agents, connectionTimeout: connectWithin, socketTimeout: answerWithin },
    },
  });
  try {
    const found = answer.safeParse(await take());
    if (!found.success) throw refused(arn, "the answer has no credentials of a session");
    const { expiration, ...credentials } = found.data;
    return { ...credentials, expires: expiration };
  } catch (error) {
    throw explained(error, arn, token);
  } finally {
    agents.httpAgent.destroy();
    agents.httpsAgent.destroy();
  }
}

function explained(error: unknown, arn: string, token: string): unknown {
  if (!(error instanceof Error) || error.name === "SlipwayError") return error;
  const code = codeOf(error);
  const said = [error.name, error.message].map((text) => printable(text.replaceAll(token, "***")).slice(0, 300));
  return refused(arn, code === undefined ? said.join(", ").replace(/\.$/, "") : `STS cannot be asked (${code})`);
}

function refused(arn: string, why: string): SlipwayError {
  return refusal("SLW-KEY", `The role ${arn} was not taken: ${why}.`, {
    hint: "Its trust has to name GitHub's provider, this repository and the job's environment (docs/process/aws.md).",
  });
}
