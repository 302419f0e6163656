import { contentsJson } from "../../contents/json.ts";
import { readContents } from "../../contents/read-contents.ts";
import { contentsText } from "../../contents/text.ts";
import { callersPath } from "../callers-path.ts";
import { type Command, choice } from "../command.ts";

export const inspect: Command = {
  summary: "what is inside a file: entries, modes, owners, sizes, digests, scripts, control fields",
  help: `slipway inspect FILE [--format text|json]

Reads a .deb, .tar.zst, .tar.gz, .tar.xz, .tar or .zip, a release.json, an inventory, a suite's Release, InRelease
or Packages. The format is told by the bytes, not by the name.

  --format   text (where left out) or json

Exit code: 0, or 1 where the file is damaged or of no such format.
`,
  options: { format: { type: "string" } },
  arguments: ["FILE"],
  run: async ({ positionals: [file = ""], option }) => {
    const render = { text: contentsText, json: contentsJson }[choice("--format", option("format"), ["text", "json"])];
    process.stdout.write(render(await readContents(callersPath(file))));
    return 0;
  },
};
