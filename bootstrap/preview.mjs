import { open } from "./door.mjs";

open(() => import("./commands/preview.mjs"));
