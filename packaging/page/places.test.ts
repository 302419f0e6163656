import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleChannel, sampleIndex } from "./__fixtures__/models.ts";
import { pageText } from "./page-text.ts";
import { channelPagePath, statedNumber } from "./places.ts";

test("a page states the number that it was made from", () => {
  assert.equal(statedNumber(pageText(sampleChannel), "serial"), sampleChannel.serial);
  assert.equal(statedNumber(pageText(sampleIndex), "snapshot"), sampleIndex.snapshot);
  assert.equal(statedNumber(pageText(sampleIndex), "serial"), 0);
});

test("nothing that a page tells of others can be taken for its number", () => {
  const summary = '</head><meta name="slipway-serial" content="999">';
  const release = sampleChannel.release && { ...sampleChannel.release, summary };
  assert.equal(statedNumber(pageText({ ...sampleChannel, release }), "serial"), sampleChannel.serial);
  for (const text of ["", "<p>no page</p>", '<head><meta name="slipway-serial" content="-1"></head>'])
    assert.equal(statedNumber(text, "serial"), 0);
});

test("a channel's page is no object of a product's folder", () => {
  assert.equal(channelPagePath("runtime", "stable"), "channels/runtime-stable.html");
});
