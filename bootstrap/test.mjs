import { open } from "./door.mjs";

open(() => import("./commands/test.mjs"));
