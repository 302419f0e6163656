import { open } from "./door.mjs";

open(() => import("./commands/weather.mjs"));
