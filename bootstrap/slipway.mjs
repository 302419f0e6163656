import { open } from "./door.mjs";

open(() => import("./commands/slipway.mjs"));
