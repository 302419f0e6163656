import { open } from "./door.mjs";

open(() => import("./commands/start.mjs"));
