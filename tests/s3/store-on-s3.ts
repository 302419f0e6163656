import type { TestContext } from "node:test";
import { type S3Policy, s3Policy } from "../../packaging/store/s3/policy.ts";
import { s3Store } from "../../packaging/store/s3/s3-store.ts";
import type { Store } from "../../packaging/store/store.ts";
import { type FaultProxy, faultProxy } from "./fault-proxy.ts";
import { anyCredentials, type S3StandIn, s3StandIn } from "./s3-stand-in.ts";

/** The same as in production, with shorter pauses. */
export const impatient: Partial<S3Policy> = { attempts: 4, firstPauseMs: 5, longestPauseMs: 20 };
/** The same where nothing comes: a busy machine is not always as fast. */
export const hasty: Partial<S3Policy> = { ...impatient, idleMs: 500 };

export interface StoreOnS3 {
  readonly server: S3StandIn;
  readonly proxy: FaultProxy;
  readonly bucket: string;
  /** The location of the bucket, through the proxy. */
  readonly location: string;
  /** Another door to the bucket: below a prefix of its own, or of another policy. */
  store(how?: { readonly prefix?: string; readonly policy?: Partial<S3Policy> }): Store;
}

/** A bucket of the stand-in behind a proxy; the credentials are this process's and its children's until the test ends. */
export async function storeOnS3(t: Pick<TestContext, "after">): Promise<StoreOnS3> {
  const bucket = "downloads";
  const server = await s3StandIn(t, bucket, { accounts: false });
  const proxy = await faultProxy(t, server.url);
  Object.assign(process.env, anyCredentials);
  t.after(() => {
    for (const name of Object.keys(anyCredentials)) delete process.env[name];
  });
  return {
    server,
    proxy,
    bucket,
    location: `s3://${bucket}?endpoint=${proxy.url}`,
    store: ({ prefix = "", policy = {} } = {}) =>
      s3Store({ bucket, prefix, endpoint: proxy.url }, { ...s3Policy, ...policy }),
  };
}
