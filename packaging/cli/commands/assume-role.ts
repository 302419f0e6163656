import { stsAudience, assumeRole as take } from "../../aws/assume-role.ts";
import { isoSeconds } from "../../clock.ts";
import { type Mistake, refuseMistakes } from "../../errors.ts";
import { askIdToken, isIdTokenUrl } from "../../github/id-token.ts";
import { handOn, maskCommand, openLaterSteps } from "../../github/later-steps.ts";
import type { Command } from "../command.ts";

export const assumeRole: Command = {
  summary: "takes a role of AWS for the later steps of a job, without a secret, on GitHub",
  help: `slipway assume-role

A step of a job on GitHub with the permission id-token: write. It asks GitHub for a token that says who the job is, gives
it to AWS for credentials of an hour, hides them in the log, and hands them to the later steps as AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, with AWS_REGION.

  AWS_ROLE_ARN   the role; where it is not set, nothing is done, and later steps have what the workflow gives them
  AWS_REGION     where AWS is asked

Exit code: 0, also where there is no role; 1 refused or failed: nothing was handed on.
`,
  options: {},
  arguments: [],
  run: async () => {
    const { AWS_ROLE_ARN: arn } = process.env;
    if (!arn) {
      process.stdout.write("AWS_ROLE_ARN is not set: no role is taken.\n");
      return 0;
    }
    const { region, session, door, file } = jobOf(arn, process.env);
    const later = await openLaterSteps(file);
    try {
      const token = await askIdToken(door, stsAudience);
      process.stdout.write(maskCommand(token));
      const { accessKeyId, secretAccessKey, sessionToken, expires } = await take({ arn, region, session }, token);
      process.stdout.write([accessKeyId, secretAccessKey, sessionToken].map(maskCommand).join(""));
      await handOn(later, {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        AWS_REGION: region,
      });
      process.stdout.write(`The later steps have the role ${arn} until ${isoSeconds(expires)}.\n`);
    } finally {
      await later.close();
    }
    return 0;
  },
};

/** What a job has to have before anything is asked for. Refuses (SLW-GITHUB) all that is missing at once. */
function jobOf(arn: string, environment: Readonly<NodeJS.ProcessEnv>) {
  const { AWS_REGION: region = "", GITHUB_ENV: file = "", GITHUB_RUN_ID: run = "" } = environment;
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url = "", ACTIONS_ID_TOKEN_REQUEST_TOKEN: token = "" } = environment;
  const mistakes: Mistake[] = [];
  const expect = (holds: boolean, message: string, hint?: string) => {
    if (!holds) mistakes.push({ code: "SLW-GITHUB", message, hint });
  };
  expect(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/.test(arn),
    `AWS_ROLE_ARN is a role's ARN, such as arn:aws:iam::123456789012:role/publisher, and is ${JSON.stringify(arn)}.`,
  );
  expect(
    /^[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/.test(region),
    `AWS_REGION is a region, such as eu-central-1, and is ${JSON.stringify(region)}.`,
  );
  // Elsewhere nothing would hide what the commands of a job's log hide there.
  expect(
    environment["GITHUB_ACTIONS"] === "true" && file !== "",
    "A role is taken by a step of a job on GitHub, and this is none.",
    "Elsewhere AWS's own tools take one: name it in a profile.",
  );
  expect(
    isIdTokenUrl(url) && token !== "",
    "The job has nothing to ask GitHub for a token with.",
    "Give the job the permission id-token: write.",
  );
  refuseMistakes(mistakes);
  const session = /^\d{1,20}$/.test(run) ? `slipway-${run}` : "slipway";
  return { region, session, door: { url, token }, file };
}
