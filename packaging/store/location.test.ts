import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isS3Location, parseS3Location, shownLocation, whyNoLocation } from "./location.ts";
import { openStore } from "./open-store.ts";

test("a location says bucket, prefix, endpoint and region", () => {
  const rows = [
    ["s3://downloads", { bucket: "downloads", prefix: "" }],
    ["s3://my.team-1/a/b", { bucket: "my.team-1", prefix: "a/b/" }],
    ["s3://abc?region=eu-central-1", { bucket: "abc", prefix: "", region: "eu-central-1" }],
    [
      "s3://abc/x?endpoint=http://127.0.0.1:9000&region=auto",
      { bucket: "abc", prefix: "x/", endpoint: "http://127.0.0.1:9000", region: "auto" },
    ],
    [
      "s3://abc?region=r&endpoint=https://minio.example",
      { bucket: "abc", prefix: "", endpoint: "https://minio.example", region: "r" },
    ],
    ["s3://abc?endpoint=http://[::1]:9000", { bucket: "abc", prefix: "", endpoint: "http://[::1]:9000" }],
  ] as const;
  for (const [location, parsed] of rows) {
    assert.equal(whyNoLocation(location), undefined, location);
    assert.deepEqual(parseS3Location(location), parsed);
  }
  assert.equal(shownLocation(parseS3Location("s3://abc/x/y?region=r")), "s3://abc/x/y");
  assert.equal(shownLocation(parseS3Location("s3://abc?region=r")), "s3://abc");
});

test("what is no location is said so, with what was expected", () => {
  const rows: readonly (readonly [string, RegExp])[] = [
    ["s3://", /NAME is 3 to 63/],
    ["s3://ab", /NAME is 3 to 63/],
    ["s3://Downloads", /NAME is 3 to 63/],
    ["s3://a_b_c", /NAME is 3 to 63/],
    ["s3://-abc", /NAME is 3 to 63/],
    ["s3://abc-", /NAME is 3 to 63/],
    ["s3://a..b", /NAME is 3 to 63/],
    ["s3://10.0.0.1", /no IP address/],
    [`s3://${"a".repeat(64)}`, /NAME is 3 to 63/],
    ["s3://AKIA0:secret@abc", /NAME is 3 to 63/],
    ["S3://abc", /^s3:\/\/NAME/],
    ["s3://abc/", /PREFIX is folders/],
    ["s3://abc//x", /PREFIX is folders/],
    ["s3://abc/x/", /PREFIX is folders/],
    ["s3://abc/../x", /PREFIX is folders/],
    ["s3://abc/a b", /PREFIX is folders/],
    ["s3://abc#x", /NAME is/],
    [`s3://abc/${"x/".repeat(200)}x`, /PREFIX is folders/],
    ["s3://abc?", /endpoint and region, each once/],
    ["s3://abc?region", /REGION is lower-case/],
    ["s3://abc?region=", /REGION is lower-case/],
    ["s3://abc?region=EU", /REGION is lower-case/],
    ["s3://abc?region=a&region=b", /each once/],
    ["s3://abc?profile=me", /nothing else/],
    ["s3://abc?region=a?region=b", /^s3:\/\/NAME/],
    ["s3://abc?endpoint=minio", /URL is an http or https address/],
    ["s3://abc?endpoint=ftp://minio", /URL is/],
    ["s3://abc?endpoint=https://me:secret@minio.example", /URL is an http or https address without user/],
    ["s3://abc?endpoint=https://minio.example/path", /URL is/],
    ["s3://abc?endpoint=https://minio.example:99999", /URL is/],
    ["gs://abc", /^a folder, or s3:/],
    ["https://abc.example/", /^a folder, or s3:/],
  ];
  for (const [location, expected] of rows) {
    assert.match(whyNoLocation(location) ?? "", expected, location);
    assert.throws(() => openStore(location), { code: "SLW-STORE" }, location);
  }
});

test("a key that somebody wrote into a location is not repeated", () => {
  assert.throws(
    () => openStore("s3://AKIA0:hunter2@abc"),
    (error) => {
      assert.doesNotMatch(String(error), /hunter2/);
      return true;
    },
  );
});

test("whatever is taken is taken as it is written: nothing is decoded, dropped or added", () => {
  const piece = fc.constantFrom(
    "/",
    "a",
    "%2F",
    "..",
    "?",
    "region=",
    "endpoint=",
    "https://m.example",
    "&",
    "@",
    "#",
    "-",
    "1",
  );
  let taken = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const location = `s3://abc${pieces.join("")}`;
      if (whyNoLocation(location) !== undefined) return;
      taken += 1;
      const { bucket, prefix, endpoint, region } = parseS3Location(location);
      const fields = [endpoint && `endpoint=${endpoint}`, region && `region=${region}`].filter(Boolean);
      const place = `s3://${bucket}${prefix === "" ? "" : `/${prefix.slice(0, -1)}`}`;
      const spellings = [fields, fields.toReversed()].map((query) =>
        [place, query.join("&")].filter(Boolean).join("?"),
      );
      assert.ok(spellings.includes(location), location);
    }),
    { numRuns: 5000 },
  );
  assert.ok(taken > 50, `only ${taken} of 5000 were taken: the test shows nothing`);
});

test("all else is a folder, and opening a store of S3 loads nothing of AWS", () => {
  for (const folder of [".slipway/bucket", "C:\\bucket", "/srv/s3", "s3"]) {
    assert.equal(isS3Location(folder), false);
    assert.equal(whyNoLocation(folder), undefined);
  }
  const store = openStore("s3://abc");
  assert.equal(openStore("s3://abc"), store);
  assert.notEqual(openStore("s3://abc/x"), store);
});
