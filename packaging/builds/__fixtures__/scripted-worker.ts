/** A build process whose writer does what the job's `product` says, so that tests can fail a build in each way. */
import { appendFile, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { sha256 } from "../../digest.ts";
import { refusal } from "../../errors.ts";
import { serveBuilds } from "../build-server.ts";

serveBuilds(async (job, file, progress) => {
  const content = Buffer.from(`${job.name}\n`);
  const written = { size: content.length, sha256: sha256(content) };
  switch (job.product) {
    case "slow":
      for (let done = 1; ; done++) {
        await appendFile(file, "x");
        progress(done, 1000);
        await setTimeout(10);
      }
    case "crash":
      console.error("Assertion `x' failed");
      return process.exit(7);
    case "refuse":
      throw refusal("SLW-FORMAT", `${job.name} has no Maintainer.`, {
        place: { file: "manifest.yaml", line: 3, column: 1 },
        hint: "Add one.",
      });
    case "fault":
      await writeFile(`${file}.spool`, "half");
      throw new RangeError("offset is out of bounds");
    case "chatty":
      console.log("a library says hello");
      break;
    case "liar":
      await writeFile(file, "something else");
      return written;
  }
  await writeFile(file, content);
  return written;
});
