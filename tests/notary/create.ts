import { lifecycle } from "../../packaging/lifecycle/notarization.ts";

/** Creates the resource as the process of the dynamic providers does: inputs as the argument, outputs on standard output. */
const { outs } = await lifecycle.create(JSON.parse(process.argv[2] ?? ""));
process.stdout.write(`\n${JSON.stringify(outs)}\n`);
