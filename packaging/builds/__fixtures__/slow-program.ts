/** A program that builds something endless into the folder named by its argument, until somebody kills it. */
import { fileURLToPath } from "node:url";
import { BuildProcess } from "../build-process.ts";
import { testJob } from "./test-job.ts";

const child = new BuildProcess(process.execPath, fileURLToPath(new URL("./scripted-worker.ts", import.meta.url)));
await child.build(testJob("endless.deb", "slow"), process.argv[2] ?? "", () => undefined);
