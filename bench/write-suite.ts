import { readFile } from "node:fs/promises";
import { BuildCache } from "../packaging/builds/cache.ts";
import { snapshotNumber } from "../packaging/channels/read.ts";
import { systemClock } from "../packaging/clock.ts";
import { offersInForce, suiteContent, suiteTexts } from "../packaging/plan/suite-plan.ts";
import { rememberedMembers } from "../packaging/repositories/apt/member-cache.ts";
import { publishSuite } from "../packaging/repositories/apt/publish.ts";
import { type generateOpenPgp, openOpenPgp } from "../packaging/signing/openpgp.ts";
import { directoryStore } from "../packaging/store/directory.ts";

/**
 * Run as a program: makes the suite `dev` of a bucket as the suite's resource does: reads the channels, makes the indices,
 * writes, hashes and signs them. Its arguments are the bucket's folder, a cache folder and the file of a key pair.
 */
const [folder = "", cacheFolder = "", keyFile = ""] = process.argv.slice(2);
const key = JSON.parse(await readFile(keyFile, "utf8")) as Awaited<ReturnType<typeof generateOpenPgp>>;
const signer = await openOpenPgp(key.public, { kind: "state", secret: key.secret });
const store = directoryStore(folder);
const at = { store, cache: new BuildCache(cacheFolder, console.error), cacheFolder };
const settings = { suite: "dev", origin: "Example", label: "Example" };

const members = await rememberedMembers(cacheFolder, settings.suite);
const { snapshot, releases } = await offersInForce(at, settings.suite);
const content = suiteContent(settings, suiteTexts(settings, releases), members);
const reconfirm = () => snapshotNumber(store);
await publishSuite(store, content, { snapshot, now: systemClock.now(), signer, reconfirm });
await members.save();
