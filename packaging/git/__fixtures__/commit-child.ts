import { commitFiles } from "../commit-files.ts";
import { aCommit, gitOn } from "./repositories.ts";

/** `commit-child.ts FOLDER PRODUCT before-push|no`: commits one product's formula to the tap below a folder, or dies. */
const [folder = "", product = "", kill] = process.argv.slice(2);

await gitOn(folder, "tap", (git) =>
  commitFiles(
    {
      ...git,
      ask: async (args, accept) => {
        if (args[0] === "push" && kill === "before-push") process.kill(process.pid, "SIGKILL");
        return git.ask(args, accept);
      },
    },
    aCommit({ files: { [`Formula/${product}.rb`]: `${product}\n` }, message: product }),
  ),
);
