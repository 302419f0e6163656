/**
 * Writes the secret of an envelope to standard output as base64, by the private recovery key on standard input (PEM):
 * `node tests/powershell/open-envelope.ts ENVELOPE`. The Pester tests ask it, as somebody would who has no Windows.
 */
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { openEnvelope } from "./envelope.ts";

const [file = ""] = process.argv.slice(2);
const secret = await openEnvelope(JSON.parse(readFileSync(file, "utf8")), await text(process.stdin));
process.stdout.write(Buffer.from(secret).toString("base64"));
