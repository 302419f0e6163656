import { open } from "./door.mjs";

open(() => import("./commands/bench.mjs"));
