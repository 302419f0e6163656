import { open } from "./door.mjs";

open(() => import("./commands/node.mjs"));
