import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRefusal, holdsRows } from "./__fixtures__/refused.ts";
import { refusal, SlipwayError } from "./errors.ts";
import { parseYaml } from "./manifest/yaml-document.ts";
import { movedChannel, parseSettings, requestedVersion, settingNames } from "./settings.ts";
import { withSettingPlaces } from "./settings-mistakes.ts";
import { stagesOf } from "./stage-settings.ts";

const file = "stacks/Pulumi.dev.yaml";

test("a dev stack needs no settings", () => {
  const settings = parseSettings({ stage: "dev" }, { name: file });
  assert.deepEqual(settings.manifests, ["packaging/runtime/manifest.yaml"]);
  assert.equal(settings.bucket, ".slipway/bucket");
  assert.equal(settings.keep, 3);
  assert.equal(settings.version, undefined);
});

test("a version is asked for all products, or for each by name", () => {
  const all = parseSettings({ stage: "dev", version: "1.0.0" }, { name: file });
  assert.equal(requestedVersion(all, "runtime"), "1.0.0");
  const each = parseSettings({ stage: "dev", version: { runtime: "1.0.0+0123456789ab" } }, { name: file });
  assert.equal(requestedVersion(each, "runtime"), "1.0.0+0123456789ab");
  assert.equal(requestedVersion(each, "other"), undefined);
});

test("phasing is a whole percentage of each product, however it was written", () => {
  const phasing = { runtime: 10, agent: "0", other: 100 };
  assert.deepEqual(parseSettings({ stage: "dev", phasing }, { name: file }).phasing, {
    runtime: 10,
    agent: 0,
    other: 100,
  });
  assert.deepEqual(parseSettings({ stage: "dev" }, { name: file }).phasing, {});
});

test("a publish time may stand without quotes: the engine passes it on in Go's form", () => {
  for (const publishedAt of ["2026-11-22T23:04:21Z", "2026-11-22 23:04:21 +0000 UTC"]) {
    assert.equal(parseSettings({ stage: "dev", publishedAt }, { name: file }).publishedAt, "2026-11-22T23:04:21Z");
  }
});

const hex = "00".repeat(32);
const issuer = "57246542-96fe-1a63-e053-0824d011072a";

test("a notarization has its key by reference, and waits half an hour", () => {
  const given = { issuer, "key-id": "2X9R4HXF34", source: { file: "/run/secrets/AuthKey.p8" } };
  assert.deepEqual(parseSettings({ stage: "dev", notarization: given }, { name: file }).notarization, {
    ...given,
    wait: 30,
  });
});

test("a shared cache needs a key where others can write it: only a dev stack does without", () => {
  const cache = { location: ".slipway/shared" };
  assert.deepEqual(parseSettings({ stage: "dev", cache }, { name: file }).cache, cache);
  const signed = { ...cache, key: { public: hex } };
  assert.deepEqual(parseSettings({ stage: "dev", cache: signed }, { name: file }).cache, signed);
  const onS3 = { location: "s3://builds" };
  assert.deepEqual(
    parseSettings({ stage: "dev", cache: { ...signed, ...onS3 } }, { name: file }).cache?.location,
    "s3://builds",
  );
  for (const raw of [
    { stage: "candidate", cache },
    { stage: "dev", cache: onS3 },
  ]) {
    assert.throws(() => parseSettings(raw, { name: file }), {
      message: /slipway:cache\.key is missing: whoever can write the cache could decide what is released/,
    });
  }
});

test("a candidate that has packages notarized names who signs them", () => {
  const given = { issuer, "key-id": "2X9R4HXF34", source: { env: "NOTARY_KEY" } };
  assert.throws(() => parseSettings({ stage: "candidate", notarization: given }, { name: file }), {
    message: /slipway:notarization is set, and no identity signs the packages: slipway:keys\.installer is missing/,
  });
});

/** Each row: what stands below `config:` in a stack's file, `»` where the one mistake must point, and what is said. */
// biome-ignore format: a table, one row for each mistake
const bad: readonly (readonly [name: string, config: string, says: string])[] = [
  ["unknown stage", "slipway:stage: »staging", 'slipway:stage: expected a stage: dev, foundation, candidate, release, found "staging"'],
  ["unknown setting", "»slipway:region: x", "slipway:region is not a setting"],
  ["misspelt setting", "»slipway:mainfests: [x]", "slipway:mainfests is not a setting"],
  ["prototype as a setting", "»slipway:__proto__: x", "slipway:__proto__ is not a setting"],
  ["version with a v", "slipway:version: »v1.0.0", 'slipway:version: expected a version such as 1.4.0, or one published folder such as "1.4.0+0123456789ab", found "v1.0.0"'],
  ["version of two numbers", "slipway:version: »1.0", 'slipway:version: expected a version such as 1.4.0'],
  ["version with something behind", "slipway:version: »1.0.0garbage", 'slipway:version: expected a version'],
  ["version with a short hash", "slipway:version: »1.0.0+abc", 'slipway:version: expected a version'],
  ["version that goes up", "slipway:version: »1.0.0/../../x", 'slipway:version: expected a version'],
  ["version left empty", 'slipway:version: »""', 'slipway:version: expected a version such as 1.4.0, or one published folder such as "1.4.0+0123456789ab", found ""'],
  ["versions as a list", "slipway:version: »[1.0.0]", "or a map of such, one for each product, found"],
  ["version of a badly named product", "slipway:version:\n    »Run time: 1.0.0", 'slipway:version.Run time: expected a product id: lower-case letters, digits, dots and dashes, at most 64, found "Run time"'],
  ["version of a product that is a number", "slipway:version:\n    runtime: »7", "slipway:version.runtime: expected a version such as 1.4.0"],
  ["no manifest", "slipway:manifests: »[]", "slipway:manifests: expected at least one manifest, found []"],
  ["manifests that are no list", "slipway:manifests: »a.yaml", 'slipway:manifests: expected a list of paths, such as ["packaging/runtime/manifest.yaml"], found "a.yaml"'],
  ["manifest of no name", 'slipway:manifests: [a.yaml, »""]', 'slipway:manifests.1: expected a path in one line that is not empty, found ""'],
  ["manifest that is a number", "slipway:manifests: [»7]", "slipway:manifests.0: expected a path in one line that is not empty, found 7"],
  ["manifest with a zero byte", 'slipway:manifests: [»"a\\0b"]', "slipway:manifests.0: expected a path in one line"],
  ["manifest twice", "slipway:manifests: [a.yaml, b.yaml, »a.yaml]", 'slipway:manifests.2: expected each manifest once, found "a.yaml"'],
  ["url that is no URL", "slipway:url: »downloads", 'slipway:url: expected an http or https address, found "downloads"'],
  ["url of another protocol", "slipway:url: »ftp://x.example/", "slipway:url: expected an http or https address"],
  ["url with a bad port", "slipway:url: »http://x.example:99999", "slipway:url: expected an http or https address"],
  ["url with a port that is a word", "slipway:url: »http://x.example:http", "slipway:url: expected an http or https address"],
  ["url with a user and password", "slipway:url: »https://ada:hunter2@x.example/", 'without a user and password: every user\'s sources file names it, found "https://***********@x.example/"'],
  ["url with a query", "slipway:url: »https://x.example/?key=1", "slipway:url: expected an http or https address without ? and #"],
  ["url with a fragment", "slipway:url: »https://x.example/#top", "slipway:url: expected an http or https address without ? and #"],
  ["url with a blank", "slipway:url: »http://x.example/a b", "blanks are two addresses to apt"],
  ["url with letters that are not ASCII", "slipway:url: »http://x.example/ü", "in one line without blanks"],
  ["url that is a map", "slipway:url: »{ host: x }", "slipway:url: expected an http or https address"],
  ["phasing of more than all", "slipway:phasing: { a1: »101 }", "slipway:phasing.a1: expected a whole number of machines in 100, from 0 to 100, found 101"],
  ["phasing of less than none", "slipway:phasing: { a1: »-1 }", "slipway:phasing.a1: expected"],
  ["phasing of half a percent", "slipway:phasing: { a1: »0.5 }", "slipway:phasing.a1: expected"],
  ["phasing that is no number", "slipway:phasing: { a1: »true }", "slipway:phasing.a1: expected"],
  ["phasing of a blank", 'slipway:phasing: { a1: »"" }', "slipway:phasing.a1: expected"],
  ["phasing of no product", "slipway:phasing: »10", "slipway:phasing: expected a map product → machines in 100"],
  ["phasing of a badly named product", "slipway:phasing: { »A_1: 10 }", 'slipway:phasing.A_1: expected a product id: lower-case letters, digits, dots and dashes, at most 64, found "A_1"'],
  ["nothing kept", "slipway:keep: »0", 'slipway:keep: expected a whole number of versions from 1 to 100, found "0"'],
  ["less than nothing kept", "slipway:keep: »-3", "slipway:keep: expected"],
  ["too much kept", "slipway:keep: »1000", "slipway:keep: expected"],
  ["half a version kept", "slipway:keep: »1.5", "slipway:keep: expected"],
  ["keep in another notation", 'slipway:keep: »"0x10"', "slipway:keep: expected"],
  ["keep that is true", "slipway:keep: »true", 'slipway:keep: expected a whole number of versions from 1 to 100, found "true"'],
  ["upper-case archive", "slipway:archive: »Runtime", 'slipway:archive: expected a product id: lower-case letters, digits, dots and dashes, at most 64, found "Runtime"'],
  ["archive that is a map", "slipway:archive: »{ name: x }", 'slipway:archive: expected a product id: lower-case letters, digits, dots and dashes, at most 64, found {"name":"x"}'],
  ["archive that goes up", "slipway:archive: »../x", "slipway:archive: expected a product id"],
  ["control character in the origin", 'slipway:origin: »"a\\x01b"', "slipway:origin: expected one line of at most 100 printable characters"],
  ["two lines of label", 'slipway:label: »"a\\nOrigin: b"', "slipway:label: expected one line of at most 100 printable characters"],
  ["label without end", `slipway:label: »${"x".repeat(70_000)}`, "slipway:label: expected one line of at most 100 printable characters"],
  ["empty bucket", 'slipway:bucket: »""', "slipway:bucket: expected a path in one line that is not empty"],
  ["bucket of another kind", "slipway:bucket: »gs://downloads", 'slipway:bucket: expected a folder, or s3://NAME[/PREFIX][?endpoint=URL&region=REGION], found "gs://downloads"'],
  ["bucket of S3 with a bad name", "slipway:bucket: »s3://Downloads", 'slipway:bucket: expected s3://NAME[/PREFIX][?endpoint=URL&region=REGION]: NAME is 3 to 63 lower-case letters'],
  ["bucket of S3 with a slash at its end", "slipway:bucket: »s3://downloads/", "slipway:bucket: expected s3://NAME[/PREFIX][?endpoint=URL&region=REGION]: PREFIX is folders"],
  ["bucket of S3 with another option", "slipway:bucket: »s3://downloads?profile=me", "after the question mark endpoint and region, each once, and nothing else"],
  ["bucket of S3 with a bad endpoint", "slipway:bucket: »s3://downloads?endpoint=minio", "URL is an http or https address without user, path or query"],
  ["bucket of S3 with a key in it", "slipway:bucket: »s3://AKIA0:hunter2@downloads", 'found "s3://*************@downloads"'],
  ["bucket with a zero byte", 'slipway:bucket: »"a\\0b"', "slipway:bucket: expected a path in one line"],
  ["publish time without a time", "slipway:publishedAt: »2026-01-01", 'slipway:publishedAt: expected a time in UTC such as "2026-01-31T09:00:00Z", found "2026-01-01"'],
  ["publish time in another zone", 'slipway:publishedAt: »"2026-01-31T09:00:00+01:00"', "slipway:publishedAt: expected a time in UTC"],
  ["publish time of a thirteenth month", 'slipway:publishedAt: »"2026-13-01T00:00:00Z"', "slipway:publishedAt: expected a time in UTC"],
  ["publish time in parts of a second", 'slipway:publishedAt: »"2026-01-01T00:00:00.5Z"', "slipway:publishedAt: expected a time in UTC"],
  ["publish time of another age", 'slipway:publishedAt: »"0001-01-01T00:00:00Z"', "slipway:publishedAt: expected a time between 1980 and 2099"],
  ["keys that are no map", "slipway:keys: »hunter2", "slipway:keys: expected a map of keys: root, channel, openpgp"],
  ["key of an unknown use", `slipway:keys:\n    »roots: { public: ${hex}, source: { env: K } }`, "slipway:keys.roots is not one of: root, channel, openpgp"],
  ["key that is no reference", "slipway:keys:\n    root: »hunter2", "slipway:keys.root: expected a key by reference"],
  ["key without a source", `slipway:keys:\n    »root: { public: "${hex}" }`, "slipway:keys.root.source: expected where the private half is: { env: NAME } or { file: PATH }"],
  ["key source of an unknown kind", `slipway:keys:\n    root: { public: "${hex}", source: »{ vault: x } }`, "slipway:keys.root.source: expected where the private half is"],
  ["key source of two kinds", `slipway:keys:\n    root: { public: "${hex}", source: »{ env: K, file: k } }`, "slipway:keys.root.source: expected where the private half is"],
  ["key source of no name", `slipway:keys:\n    root: { public: "${hex}", source: { env: »"" } }`, "slipway:keys.root.source.env: expected the name of an environment variable"],
  ["short public key", 'slipway:keys:\n    channel: { public: »"00", source: { env: K } }', "slipway:keys.channel.public: expected the public half: 32 bytes in lower-case hex"],
  ["private half in the file", `slipway:keys:\n    channel: { public: "${hex}", »private: hunter2, source: { env: K } }`, "slipway:keys.channel.private is not one of: public, source"],
  ["notarization that is no map", "slipway:notarization: »hunter2", "slipway:notarization: expected an App Store Connect API key: { issuer: ..., key-id: ..., source: ... }"],
  ["notarization without an issuer", "»slipway:notarization: { key-id: 2X9R4HXF34, source: { env: K } }", "slipway:notarization.issuer: expected the issuer id"],
  ["issuer that is a name", "slipway:notarization: { issuer: »Ada, key-id: 2X9R4HXF34, source: { env: K } }", "slipway:notarization.issuer: expected the issuer id"],
  ["key id that is a file", `slipway:notarization: { issuer: ${issuer}, key-id: »AuthKey_2X9R4HXF34.p8, source: { env: K } }`, "slipway:notarization.key-id: expected the key's id"],
  ["notary key without a source", `»slipway:notarization: { issuer: ${issuer}, key-id: 2X9R4HXF34 }`, "slipway:notarization.source: expected where the private half is: { env: NAME } or { file: PATH }"],
  ["notary key in the file", `slipway:notarization: { issuer: ${issuer}, key-id: 2X9R4HXF34, »p8: hunter2, source: { env: K } }`, "slipway:notarization.p8 is not one of: issuer, key-id, source, wait"],
  ["no wait for Apple", `slipway:notarization: { issuer: ${issuer}, key-id: 2X9R4HXF34, source: { env: K }, wait: »0 }`, "slipway:notarization.wait: expected a whole number of minutes from 1 to 999"],
  ["setting of other stages: notarization", `slipway:stage: release\n  slipway:notarization: »{ issuer: ${issuer}, key-id: 2X9R4HXF34, source: { env: K } }`, "slipway:notarization is no setting of a stack of stage release"],
  ["empty folder of timestamps", 'slipway:timestamps: »""', "slipway:timestamps: expected a path in one line that is not empty"],
  ["folder of timestamps that is a map", "slipway:timestamps: »{ folder: x }", "slipway:timestamps: expected a path in one line"],
  ["shared cache that is a path", 'slipway:cache: »"/srv/cache"', "slipway:cache: expected a shared cache: { location: PLACE, key: { public: HEX, source: ... } }, found \"/srv/cache\""],
  ["shared cache without a place", "»slipway:cache: { }", "slipway:cache.location: expected a path in one line that is not empty, found nothing"],
  ["shared cache with an unknown field", "slipway:cache: { location: c, »days: 3 }", "slipway:cache.days is not one of: location, key"],
  ["shared cache with a short key", 'slipway:cache: { location: c, key: { public: »"00" } }', "slipway:cache.key.public: expected the public half: 32 bytes in lower-case hex"],
  ["setting of other stages: cache", "slipway:stage: release\n  slipway:cache: »{ location: c }", "slipway:cache is no setting of a stack of stage release"],
  ["setting of other stages: timestamps", "slipway:stage: release\n  slipway:timestamps: »stacks/timestamps", "slipway:timestamps is no setting of a stack of stage release"],
  ["channel in capitals", "slipway:stage: candidate\n  slipway:channel: »Beta", 'slipway:channel: expected a channel: lower-case letters and digits, at most 50, found "Beta"'],
  ["channel with a dash", "slipway:stage: candidate\n  slipway:channel: »my-beta", "slipway:channel: expected a channel"],
  ["source channel of no name", 'slipway:stage: release\n  slipway:from: »""', "slipway:from: expected a channel"],
  ["no product", "slipway:stage: release\n  slipway:products: »[]", "slipway:products: expected at least one product, found []"],
  ["products that are no list", "slipway:stage: release\n  slipway:products: »runtime", "slipway:products: expected a list of products"],
  ["badly named product", "slipway:stage: release\n  slipway:products: [a, »../b]", 'slipway:products.1: expected a product id'],
  ["no channel", "slipway:stage: foundation\n  slipway:channels: »{}", "slipway:channels: expected at least one channel, found {}"],
  ["channels as a list", "slipway:stage: foundation\n  slipway:channels: »[stable]", "slipway:channels: expected a map channel → { public: HEX }"],
  ["badly named channel", `slipway:stage: foundation\n  slipway:channels: { »a-b: { public: "${hex}" } }`, 'slipway:channels.a-b: expected a channel: lower-case letters and digits, at most 50, found "a-b"'],
  ["channel key that is no map", `slipway:stage: foundation\n  slipway:channels: { stable: »"${hex}" }`, "slipway:channels.stable: expected the public half of a channel's key: { public: HEX }"],
  ["channel key that is short", 'slipway:stage: foundation\n  slipway:channels: { stable: { public: »"00" } }', 'slipway:channels.stable.public: expected the public half: 32 bytes in lower-case hex, found "00"'],
  ["channel key with a source", `slipway:stage: foundation\n  slipway:channels: { stable: { public: "${hex}", »source: { env: K } } }`, "slipway:channels.stable.source is not one of: public"],
  ["no certificate", "slipway:stage: foundation\n  slipway:certificates: »[]", "slipway:certificates: expected at least one certificate, found []"],
  ["certificate as a text", "slipway:stage: foundation\n  slipway:certificates: »keys/a.asc", "slipway:certificates: expected a list of paths of armoured certificates"],
  ["root of two lines", 'slipway:stage: release\n  slipway:root: »"a\\nb"', "slipway:root: expected a path in one line"],
  ["signer of no name", 'slipway:stage: release\n  slipway:signer: »""', "slipway:signer: expected a path in one line"],
  ["checks of another depth", "slipway:stage: release\n  slipway:verify: »full", 'slipway:verify: expected "quick" or "deep", found "full"'],
  ["governance log of no name", 'slipway:stage: release\n  slipway:governance: »""', "slipway:governance: expected a path in one line"],
  ["lifetime of a day", "slipway:stage: candidate\n  slipway:lifetime: »1", 'slipway:lifetime: expected a whole number of days from 7 to 999, found "1"'],
  ["lifetime without end", "slipway:stage: candidate\n  slipway:lifetime: »1000", "slipway:lifetime: expected a whole number of days"],
  ["lifetime with a unit", "slipway:stage: candidate\n  slipway:lifetime: »90d", "slipway:lifetime: expected a whole number of days"],
  ["setting of other stages: root", "slipway:root: »r.json", "slipway:root is no setting of a stack of stage dev"],
  ["setting of other stages: manifests", "slipway:stage: release\n  slipway:manifests: »[a.yaml]", "slipway:manifests is no setting of a stack of stage release"],
  ["setting of other stages: keep", "slipway:stage: foundation\n  slipway:keep: »3", "slipway:keep is no setting of a stack of stage foundation"],
  ["setting of other stages: from", "slipway:stage: candidate\n  slipway:from: »beta", "slipway:from is no setting of a stack of stage candidate"],
  ["root key is missing", `slipway:stage: foundation\n  »slipway:keys:\n    channel: { public: "${hex}", source: { env: K } }`, "slipway:keys.root is missing: a stack of stage foundation needs the key of the TUF root"],
  ["channel's key is missing", `slipway:stage: candidate\n  »slipway:keys:\n    openpgp: { public: a.asc, source: { env: K } }`, "slipway:keys.channel is missing: a stack of stage candidate needs the key that moves the channel"],
  ["archive's key is missing", `slipway:stage: release\n  »slipway:keys:\n    channel: { public: "${hex}", source: { env: K } }`, "slipway:keys.openpgp is missing: a stack of stage release needs the key that signs sums and the suite"],
  ["tap of one word", "slipway:homebrew: { tap: »tools, remote: tap.git }", "slipway:homebrew.tap: expected a tap as brew calls it"],
  ["tap by its repository's name", "slipway:homebrew: { tap: »team/homebrew-tools, remote: tap.git }", "slipway:homebrew.tap: expected a tap as brew calls it, without homebrew-"],
  ["tap without a repository", "»slipway:homebrew: { tap: team/tools }", "slipway:homebrew.remote: expected a path in one line"],
  ["tap's token in the file", "slipway:homebrew: { tap: team/tools, remote: tap.git, token: »hunter2 }", "slipway:homebrew.token: expected where the private half is"],
  ["tap's password in its address", 'slipway:homebrew: { tap: team/tools, remote: »"https://ada:hunter2@x.example/tap.git" }', "slipway:homebrew.remote: expected a folder, or an address without a user and password"],
  ["tap's branch that goes up", "slipway:homebrew: { tap: team/tools, remote: tap.git, branch: »../x }", "slipway:homebrew.branch: expected the name of a branch"],
  ["setting of other stages: homebrew", "slipway:stage: foundation\n  slipway:homebrew: »{ tap: team/tools, remote: tap.git }", "slipway:homebrew is no setting of a stack of stage foundation"],
  ["winget that is a word", "slipway:winget: »yes", "slipway:winget: expected a map with submit, version or nothing"],
  ["form of a manifest of two numbers", 'slipway:winget: { version: »"1.12" }', "slipway:winget.version: expected the version of a manifest's form"],
  ["request without a token", "slipway:url: https://x.example\n  slipway:winget:\n    »submit: { repository: a/b, fork: c/b }", "slipway:winget.submit.token: expected where the private half is"],
  ["request to an address", "slipway:url: https://x.example\n  slipway:winget:\n    submit: { repository: »https://hub.example/a/b, fork: c/b, token: { env: T } }", "slipway:winget.submit.repository: expected a repository: OWNER/NAME"],
  ["request of what is served over http", "slipway:winget: { submit: »{ repository: a/b, fork: c/b, token: { env: T } } }", "slipway:winget.submit is set, and slipway:url is no https address"],
  ["certificate of no name", 'slipway:keys:\n    openpgp: { public: »"", source: { file: k } }', "slipway:keys.openpgp.public: expected a path"],
  ["bucket on S3 in capitals", 'slipway:stage: foundation\n  slipway:aws: { bucket: »Releases, region: eu-central-1 }', 'slipway:aws.bucket: expected a bucket\'s name: 3 to 63 lower-case letters, digits, dots and dashes, found "Releases"'],
  ["bucket on S3 that is an address", 'slipway:stage: foundation\n  slipway:aws: { bucket: »192.168.0.1, region: eu-central-1 }', "slipway:aws.bucket: expected a bucket's name"],
  ["bucket on S3 with two dots", 'slipway:stage: foundation\n  slipway:aws: { bucket: »a..b, region: eu-central-1 }', "slipway:aws.bucket: expected a bucket's name"],
  ["bucket on S3 of no region", "slipway:stage: foundation\n  slipway:aws: { bucket: team, region: »Frankfurt }", "slipway:aws.region: expected a region such as eu-central-1"],
  ["bucket on S3 that everybody writes", "slipway:stage: foundation\n  slipway:aws: { bucket: team, region: eu-central-1, public: »write }", 'slipway:aws.public: expected one of: policy, cloudfront, found "write"'],
  ["publisher in any environment", "slipway:stage: foundation\n  slipway:aws: { bucket: team, region: eu-central-1, publisher: { repository: a/b, environments: [»'*'] } }", "slipway:aws.publisher.environments.0: expected an environment"],
  ["publisher in no environment", "slipway:stage: foundation\n  slipway:aws: { bucket: team, region: eu-central-1, publisher: { repository: a/b, environments: »[] } }", "slipway:aws.publisher.environments: expected at least one environment"],
  ["publisher of every repository", "slipway:stage: foundation\n  slipway:aws: { bucket: team, region: eu-central-1, publisher: { repository: »a/*, environments: [release] } }", "slipway:aws.publisher.repository: expected a repository: OWNER/NAME"],
  ["lock for ever", "slipway:stage: foundation\n  slipway:aws: { bucket: team, region: eu-central-1, lock: { mode: governance, days: »0 } }", "slipway:aws.lock.days: expected a whole number of days from 1 to 999"],
  ["bucket of a stack that publishes", "slipway:stage: candidate\n  slipway:aws: »{ bucket: team, region: eu-central-1 }", "slipway:aws is no setting of a stack of stage candidate"],
  ["repository without an owner", "slipway:stage: foundation\n  slipway:github: { repository: »alpha }", "slipway:github.repository: expected a repository: OWNER/NAME"],
  ["secret in clear", "slipway:stage: foundation\n  slipway:github: { repository: a/b, secrets: { KEY: »hunter2 } }", "slipway:github.secrets.KEY: expected where the private half is: { env: NAME } or { file: PATH }"],
  ["secret of GitHub's own name", "slipway:stage: foundation\n  slipway:github: { repository: a/b, secrets: { »GITHUB_X: { env: K } } }", "slipway:github.secrets.GITHUB_X: expected a name of capital letters"],
  ["seven reviewers", "slipway:stage: foundation\n  slipway:github: { repository: a/b, environments: { release: { reviewers: »{ users: [a, b, c, d, e, f, g] } } } }", "slipway:github.environments.release.reviewers: expected one to six people and teams"],
  ["environment of no branch", "slipway:stage: foundation\n  slipway:github: { repository: a/b, environments: { release: { branches: »[] } } }", "slipway:github.environments.release.branches: expected at least one branch"],
  ["no check", "slipway:stage: foundation\n  slipway:github: { repository: a/b, checks: »[] }", "slipway:github.checks: expected at least one check"],
  ["token in clear", "slipway:stage: release\n  slipway:githubRelease: { repository: a/b, token: »hunter2 }", "slipway:githubRelease.token: expected where the private half is"],
];

for (const [name, config, says] of bad) {
  test(`refused: ${name}`, () => {
    const [before = "", after = ""] = `config:\n  ${config}\n`.split("»");
    const lines = before.split("\n");
    const place = { file, line: lines.length, column: [...(lines.at(-1) ?? "")].length + 1 };
    const text = before + after;
    assert.throws(
      () => parseSettings(asTheEngineGives(text), { name: file, text }),
      (error) => {
        assert.deepEqual(assertRefusal(error, "SLW-SETTINGS", says).place, place, String(error));
        assert.doesNotMatch(String(error), /hunter2/);
        return true;
      },
    );
  });
}

holdsRows("settings", 132, bad);

/** What a stack of each stage cannot do without: it stands in no file here, so that a row has one mistake. */
function neededBy(stage: unknown): Readonly<Record<string, unknown>> {
  const role = { public: hex, source: { env: "K" } };
  const archive = { public: "keys/archive.asc", source: { env: "K" } };
  switch (stage) {
    case "foundation":
      return { keys: { root: role }, channels: { stable: { public: hex } }, certificates: ["keys/archive.asc"] };
    case "candidate":
      return { keys: { channel: role, openpgp: archive }, certificates: ["keys/archive.asc"], root: "r.json" };
    case "release":
      return { keys: { channel: role, openpgp: archive }, version: "1.0.0", root: "r.json", signer: "keys/a.asc" };
    default:
      return {};
  }
}

/** Numbers and the like reach a program as text; maps and lists as JSON, with numbers inside. */
function asTheEngineGives(stackFile: string): Readonly<Record<string, unknown>> {
  const { value } = parseYaml(stackFile);
  const { config = {} } = value as { readonly config?: Readonly<Record<string, unknown>> };
  const raw: Record<string, unknown> = Object.assign(Object.create(null), { stage: "dev" });
  Object.assign(raw, neededBy(config["slipway:stage"]));
  for (const [name, given] of Object.entries(config)) {
    raw[name.slice("slipway:".length)] = typeof given === "object" ? given : String(given);
  }
  return raw;
}

test("a setting that another source gives is named, without a line", () => {
  const said =
    'stacks/Pulumi.dev.yaml: slipway:keep: expected a whole number of versions from 1 to 100, found "0"  [SLW-SETTINGS]';
  for (const text of [undefined, "config:\n  slipway:archive: x\n", "config: [", ""])
    assert.throws(() => parseSettings({ stage: "dev", keep: "0" }, { name: file, text }), { message: said });
});

test("what a plan refuses of a setting stands at the setting; what is about no setting stays as it is", () => {
  const text = "config:\n  slipway:manifests: [a.yaml, b.yaml]\n  slipway:version:\n    runtime: 6.6.6\n";
  const placed = (setting: readonly (string | number)[]) =>
    String(withSettingPlaces(refusal("SLW-VERSION", "No.", { setting }), { name: file, text })).split("\n", 1)[0];
  assert.equal(placed(["version", "runtime"]), `SlipwayError: ${file}:4:14  No.  [SLW-VERSION]`);
  assert.equal(placed(["version", "other"]), `SlipwayError: ${file}:3:3  No.  [SLW-VERSION]`);
  assert.equal(placed(["manifests", 1]), `SlipwayError: ${file}:2:31  No.  [SLW-VERSION]`);
  assert.equal(placed(["phasing", "x"]), "SlipwayError: No.  [SLW-VERSION]");
  for (const error of [refusal("SLW-VERSION", "No."), new Error("no refusal")])
    assert.equal(withSettingPlaces(error, { name: file, text }), error);
});

test("a secret setting is not shown in clear", () => {
  const text = "config:\n  slipway:origin:\n    secure: v1:abc:def\n";
  assert.throws(
    () => parseSettings({ stage: "dev", origin: "hunter2\n" }, { name: file, text }),
    (error) => {
      const { place, message } = assertRefusal(error, "SLW-SETTINGS", "slipway:origin: expected one line");
      assert.deepEqual([place?.line, message.includes("hunter2")], [3, false]);
      return true;
    },
  );
});

test("nothing that was written under keys is shown", () => {
  const raw = { stage: "dev", keys: { root: { public: "hunter2", source: "hunter2" } } };
  assert.throws(
    () => parseSettings(raw, { name: file }),
    (error) => error instanceof SlipwayError && !error.message.includes("hunter2"),
  );
});

test("all mistakes of a stack's file are told at once", () => {
  assert.throws(
    () => parseSettings({ stage: "x", keep: 0, url: "y" }, { name: file }),
    (error) => error instanceof SlipwayError && error.mistakes.length === 3 && error.message.includes("3 mistakes"),
  );
});

test("what a stage lacks and what it does not have is told with all other mistakes, each in its place", () => {
  const text = `config:
  slipway:stage: release
  slipway:keep: 0
  slipway:manifests: [a.yaml]
  slipway:region: x
  slipway:keys:
    channel: { public: "${hex}", source: { env: K } }
`;
  const config = { stage: "release", keep: "0", manifests: ["a.yaml"], region: "x" };
  const keys = { channel: { public: hex, source: { env: "K" } } };
  assert.throws(
    () => parseSettings({ ...config, keys }, { name: file, text }),
    (error) => {
      assert.ok(error instanceof SlipwayError);
      const said = error.mistakes.map(({ message, place }) => {
        return `${place === undefined ? "" : `${place.line}:${place.column} `}${message.split(/[:,] (?:a|expected) /)[0]}`;
      });
      assert.deepEqual(said, [
        "3:17 slipway:keep",
        "5:3 slipway:region is not a setting",
        "4:22 slipway:manifests is no setting of a stack of stage release",
        `${file}: slipway:version is missing`,
        `${file}: slipway:root is missing`,
        `${file}: slipway:signer is missing`,
        "6:3 slipway:keys.openpgp is missing",
      ]);
      return true;
    },
  );
});

for (const [stage, moved, lacks] of [
  ["dev", "dev", []],
  ["foundation", "", ["keys.root", "channels", "certificates"]],
  ["candidate", "candidate", ["root", "certificates", "keys.channel", "keys.openpgp"]],
  ["release", "stable", ["version", "root", "signer", "keys.channel", "keys.openpgp"]],
] as const) {
  test(`a stack of stage ${stage} needs what it says and nothing else`, () => {
    const complete = { stage, ...neededBy(stage) };
    assert.equal(movedChannel(parseSettings(complete, { name: file })), moved);
    if (lacks.length === 0) return;
    assert.throws(
      () => parseSettings({ stage }, { name: file }),
      (error) => {
        assert.ok(error instanceof SlipwayError);
        const missing = error.mistakes.map(({ message }) => /slipway:(\S+) is missing/.exec(message)?.[1]);
        assert.deepEqual(missing, lacks);
        return true;
      },
    );
  });
}

test("each setting is of some stage, and a stage has settings only that there are", () => {
  assert.deepEqual(
    settingNames.filter((name) => stagesOf(name).length === 0),
    [],
  );
  for (const name of ["region", "toString", "__proto__"]) assert.deepEqual(stagesOf(name), []);
});
