import { after } from "node:test";
import { storeContract } from "../../packaging/store/store-contract.ts";
import { storeOnS3 } from "./store-on-s3.ts";

const endings: (() => unknown)[] = [];
after(async () => {
  for (const end of endings.toReversed()) await end();
});

storeContract("a folder of a bucket of S3", async () => {
  const { proxy, store, bucket } = await storeOnS3({ after: (end) => void endings.push(end as () => unknown) });
  return {
    store: store({ prefix: "team/downloads/" }),
    open: {
      module: new URL("../../packaging/store/open-store.ts", import.meta.url).href,
      name: "openStore",
      args: [`s3://${bucket}/team/downloads?endpoint=${proxy.url}`],
    },
    midway: async () => proxy.midway(),
    remove: async () => {},
  };
});
