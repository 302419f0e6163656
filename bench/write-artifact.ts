/** Run as a program, as a build process is: writes the artifact of the job in a JSON file. */
import { readFile } from "node:fs/promises";
import type { ArtifactJob } from "../packaging/artifact.ts";
import { writeArtifact } from "../packaging/formats/formats.ts";

const [jobFile = "", output = ""] = process.argv.slice(2);
await writeArtifact(JSON.parse(await readFile(jobFile, "utf8")) as ArtifactJob, output);
