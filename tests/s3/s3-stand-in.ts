import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { motoServer } from "../tools.ts";

/** Credentials in the variables that AWS's own clients read. */
export type Credentials = Readonly<Record<"AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY", string>>;

/** Of a stand-in without accounts: it takes any. */
export const anyCredentials: Credentials = { AWS_ACCESS_KEY_ID: "anybody", AWS_SECRET_ACCESS_KEY: "anything" };

/** A stand-in of S3 and IAM on the loopback address: moto's server, which nobody here wrote. */
export interface S3StandIn {
  /** Its address, without a final slash. */
  readonly url: string;
  /** The address of Pulumi's state in a bucket, or in one of its folders (`team-state/ours`). */
  backendUrl(place: string): string;
  /** The keys of all objects of a bucket with their ETags, sorted. */
  objects(bucket: string): Promise<ReadonlyMap<string, string>>;
  /** A new user who may do what the policy says and nothing else. */
  user(name: string, policy: string): Promise<Credentials>;
  /** Everybody may read a bucket's objects, without credentials. */
  publish(bucket: string): Promise<void>;
  /** Writes an object, or removes it where there are no bytes, as nobody who keeps rules would. */
  tamper(bucket: string, key: string, bytes?: Uint8Array<ArrayBuffer>): Promise<void>;
}

const region = "us-east-1";

/**
 * Starts the stand-in with one empty bucket; it ends with the test. Requests without known credentials are refused, unless it
 * has no accounts.
 */
export async function s3StandIn(
  t: Pick<TestContext, "after">,
  bucket: string,
  { accounts = true }: { readonly accounts?: boolean } = {},
): Promise<S3StandIn> {
  const server = spawn(motoServer(), ["-H", "127.0.0.1", "-p", "0"], { stdio: ["ignore", "ignore", "pipe"] });
  t.after(async () => {
    server.kill();
    await once(server, "close");
  });
  const url = await addressIn(server.stderr);
  /** Does something as its owner does, to whom no policy applies; to everybody else they do, before and after. */
  const asOwner = async (service: string, method: string, path: string, body?: string | Uint8Array<ArrayBuffer>) => {
    if (accounts) await standIn(url, "POST", "/moto-api/reset-auth", "inf");
    const done = await standIn(url, method, path, body, service);
    if (accounts) await standIn(url, "POST", "/moto-api/reset-auth", "0");
    return done;
  };
  await asOwner("s3", "PUT", `/${bucket}`);
  return {
    url,
    backendUrl: (place) => `s3://${place}?endpoint=${encodeURIComponent(url)}&use_path_style=true&region=${region}`,
    objects: async (name) => {
      const listed = await asOwner("s3", "GET", `/${name}?list-type=2`);
      const found = listed.matchAll(/<Key>(.*?)<\/Key>.*?<ETag>(.*?)<\/ETag>/gs);
      return new Map([...found].map(([, key = "", tag = ""]) => [key, tag]));
    },
    user: async (name, policy) => {
      const iam = (form: Readonly<Record<string, string>>) =>
        asOwner("iam", "POST", "/", new URLSearchParams(form).toString());
      await iam({ Action: "CreateUser", UserName: name });
      await iam({ Action: "PutUserPolicy", UserName: name, PolicyName: name, PolicyDocument: policy });
      const made = await iam({ Action: "CreateAccessKey", UserName: name });
      const field = (tag: string) => new RegExp(`<${tag}>(.*?)</${tag}>`).exec(made)?.[1] ?? "";
      return { AWS_ACCESS_KEY_ID: field("AccessKeyId"), AWS_SECRET_ACCESS_KEY: field("SecretAccessKey") };
    },
    publish: async (name) => {
      const read = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${name}/*` };
      await asOwner("s3", "PUT", `/${name}?policy`, JSON.stringify({ Version: "2012-10-17", Statement: [read] }));
    },
    tamper: async (name, key, bytes) => {
      const path = `/${name}/${key.split("/").map(encodeURIComponent).join("/")}`;
      await asOwner("s3", bytes === undefined ? "DELETE" : "PUT", path, bytes);
    },
  };
}

async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const address = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    // What it logs from here on is nobody's; it must not wait for a reader.
    if (address !== undefined) {
      output.resume();
      return address;
    }
  }
  throw new Error("moto's server ended before it said where it is");
}

/** Asks the stand-in; it learns the service from the scope of a signature, and as its owner's checks none. */
async function standIn(
  url: string,
  method: string,
  path: string,
  body?: string | Uint8Array<ArrayBuffer>,
  service = "s3",
): Promise<string> {
  const credential = `Credential=owner/20260101/${region}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=none`;
  const type = service === "iam" ? "application/x-www-form-urlencoded" : "text/plain";
  const headers = { authorization, "content-type": type };
  const response = await fetch(`${url}${path}`, { method, headers, body: body ?? null });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} of the stand-in: ${response.status} ${text}`);
  return text;
}
