import type { Mistake } from "../../../../errors.ts";
import type { InstallerTables } from "../rows.ts";
import type { IceCheck } from "./check.ts";
import { ice03, ice06 } from "./columns.ts";
import { ice08, ice18, ice21, ice57, ice62, ice80 } from "./components.ts";
import { ice12, ice68, ice75, ice77 } from "./custom-actions.ts";
import { ice04, ice30, ice60 } from "./files.ts";
import { ice16, ice24, ice61, ice65, ice99, ice101 } from "./product.ts";
import { ice26, ice27, ice63, ice84, ice96 } from "./sequences.ts";
import { ice102 } from "./service-settings.ts";

/**
 * The internal consistency evaluators that need no Windows ("ICE Reference" of the Windows Installer SDK), as far as they
 * concern tables that are written here. Microsoft's own run on Windows only.
 */
const checks: Readonly<Record<string, IceCheck>> = {
  ICE03: ice03,
  ICE04: ice04,
  ICE06: ice06,
  ICE08: ice08,
  ICE12: ice12,
  ICE16: ice16,
  ICE18: ice18,
  ICE21: ice21,
  ICE24: ice24,
  ICE26: ice26,
  ICE27: ice27,
  ICE30: ice30,
  ICE57: ice57,
  ICE60: ice60,
  ICE61: ice61,
  ICE62: ice62,
  ICE63: ice63,
  ICE65: ice65,
  ICE68: ice68,
  ICE75: ice75,
  ICE77: ice77,
  ICE80: ice80,
  ICE84: ice84,
  ICE96: ice96,
  ICE99: ice99,
  ICE101: ice101,
  ICE102: ice102,
};

/** Everything that is wrong with an installer's tables, each with the name of the check that Windows has for it. */
export function iceMistakes(subject: InstallerTables): Mistake[] {
  return Object.entries(checks).flatMap(([ice, check]) =>
    [...check(subject)].map((sentence): Mistake => ({ code: "SLW-FORMAT", message: `${ice}: ${sentence}` })),
  );
}
