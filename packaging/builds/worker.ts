/** Main module of the build process; `build-process.ts` starts it on the locked Node. */
import { writeArtifact } from "../formats/formats.ts";
import { serveBuilds } from "./build-server.ts";

serveBuilds(writeArtifact);
