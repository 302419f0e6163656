import { refusal } from "../errors.ts";

/** Where Apple's services are. */
export interface NotaryEndpoints {
  /** https://developer.apple.com/documentation/notaryapi */
  readonly submissions: string;
  /** Where tickets are published, and read by stapler(1) and by every Mac that is online. */
  readonly tickets: string;
  /** Where uploads go in place of AWS; undefined: to AWS. */
  readonly storage: string | undefined;
  /** The variable's value where it names a stand-in: whoever runs this is told. */
  readonly standIn: string | undefined;
}

/** The variable by which tests put a stand-in in Apple's place. */
const variable = "SLIPWAY_NOTARY_URL";
const ticketPath = "/database/1/com.apple.gk.ticket-delivery/production/public/records/lookup";
const loopback = /^http:\/\/127\.0\.0\.1:\d{1,5}$/;

/**
 * Apple's addresses, or those of a stand-in on this very machine. No other address is taken (SLW-SETTINGS): the requests
 * carry tokens of a team's key, and the answers end up in what is published.
 */
export function notaryEndpoints(environment: NodeJS.ProcessEnv = process.env): NotaryEndpoints {
  const standIn = environment[variable];
  if (standIn === undefined || standIn === "") {
    return {
      submissions: "https://appstoreconnect.apple.com/notary/v2/submissions",
      tickets: `https://api.apple-cloudkit.com${ticketPath}`,
      storage: undefined,
      standIn: undefined,
    };
  }
  if (!loopback.test(standIn)) {
    throw refusal(
      "SLW-SETTINGS",
      `The environment variable ${variable} is for tests: expected an address such as http://127.0.0.1:8418.`,
      { hint: `Unset ${variable}: notarization is Apple's alone.` },
    );
  }
  return {
    submissions: `${standIn}/notary/v2/submissions`,
    tickets: `${standIn}${ticketPath}`,
    storage: standIn,
    standIn,
  };
}
