import { isoSeconds } from "../../clock.ts";
import { refusal } from "../../errors.ts";
import { parseYaml } from "../../manifest/yaml-document.ts";
import { keepReply, keptReply, notedSignatures, removeNote, timestampsIn } from "../../shipping/timestamps.ts";
import type { Command } from "../command.ts";
import { readStackFile } from "../stack-file.ts";

export const timestamp: Command = {
  summary: "asks an authority for timestamps of signatures that previews noted, to be committed",
  help: `slipway timestamp --authority URL [--stack dev]

A preview notes each signature that has no timestamp in the folder that slipway:timestamps names. This sends the SHA-256
of each to a timestamp authority (RFC 3161), verifies the answer and keeps it there, under the signature's own SHA-256.
Commit what is new: later runs embed it, on any machine, and never ask again. Where programs inside an installer are
signed too, preview and call this a second time: the installer's own signature is over theirs.

  --authority URL   the authority, by http or https: its answers are signed, so that http will do
  --stack NAME      the stack whose folder it is; dev where left out

Exit code: 0, also where nothing waits; 1 refused or failed: the answers that came before are kept.
`,
  options: { authority: { type: "string" }, stack: { type: "string", default: "dev" } },
  arguments: [],
  run: async ({ option }) => {
    const given = option("authority");
    if (given === undefined) {
      throw refusal("SLW-COMMAND", "slipway timestamp needs --authority URL.", {
        hint: "The issuer of the signing certificate names one in its documents.",
      });
    }
    const { askAuthority, authorityUrl } = await import("../../shipping/timestamp-authority.ts");
    const authority = authorityUrl(given);
    const timestamps = timestampsIn(await folderOf(option("stack") ?? "dev"));
    let kept = 0;
    for (const { signature, sha256 } of await notedSignatures(timestamps)) {
      // Another machine has asked, and the answer was pulled.
      if ((await keptReply(timestamps, sha256)) === undefined) {
        const { reply, seenAt } = await askAuthority(authority, signature);
        process.stdout.write(`${await keepReply(timestamps, sha256, reply)}   ${isoSeconds(seenAt)}\n`);
        kept += 1;
      }
      await removeNote(timestamps, sha256);
    }
    process.stdout.write(
      kept === 0
        ? "No signature waits for a timestamp.\n"
        : `Commit ${timestamps.folder}, and preview: it says what is left.\n`,
    );
    return 0;
  },
};

async function folderOf(stack: string): Promise<string> {
  const { name, text } = await readStackFile(stack);
  const value = parseYaml(text).value as { readonly config?: Readonly<Record<string, unknown>> | null } | null;
  const folder = value?.config?.["slipway:timestamps"];
  if (typeof folder === "string" && folder !== "") return folder;
  throw refusal("SLW-SETTINGS", `${name} has no slipway:timestamps: there is no folder to keep timestamps in.`, {
    hint: "Set it to a folder that is committed, such as stacks/timestamps.",
  });
}
