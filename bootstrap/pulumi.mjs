import { open } from "./door.mjs";

open(() => import("./commands/pulumi.mjs"));
