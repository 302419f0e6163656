import type { Command } from "./command.ts";
import { assumeRole } from "./commands/assume-role.ts";
import { build } from "./commands/build.ts";
import { comment } from "./commands/comment.ts";
import { diff } from "./commands/diff.ts";
import { history } from "./commands/history.ts";
import { inspect } from "./commands/inspect.ts";
import { packageCommand } from "./commands/package.ts";
import { preflight } from "./commands/preflight.ts";
import { promote } from "./commands/promote.ts";
import { rollback } from "./commands/rollback.ts";
import { serve } from "./commands/serve.ts";
import { summary } from "./commands/summary.ts";
import { timestamp } from "./commands/timestamp.ts";
import { verify } from "./commands/verify.ts";

/** Every command but `doctor`, which bootstrap/ answers: it must work where nothing is installed yet. */
export const commands: Readonly<Record<string, Command>> = {
  "assume-role": assumeRole,
  build,
  comment,
  diff,
  history,
  inspect,
  package: packageCommand,
  preflight,
  promote,
  rollback,
  serve,
  summary,
  timestamp,
  verify,
};
