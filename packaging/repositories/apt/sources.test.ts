import assert from "node:assert/strict";
import { test } from "node:test";
import { sourcesText } from "./sources.ts";

const options = {
  uri: "https://downloads.example.org/",
  suite: "stable",
  component: "main",
  keyring: "/usr/share/keyrings/example-archive-keyring.gpg",
};

test("a source names its key", () => {
  assert.equal(
    sourcesText(options),
    `Types: deb
URIs: https://downloads.example.org/
Suites: stable
Components: main
Signed-By: /usr/share/keyrings/example-archive-keyring.gpg
`,
  );
});

test("refused: addresses and keyrings that apt would not take", () => {
  for (const uri of ["", "downloads.example.org", "file:///srv", "http://a b/", "http://a/\nTrusted: yes"]) {
    assert.throws(() => sourcesText({ ...options, uri }), /apt fetches a suite over HTTP/, uri);
  }
  for (const keyring of ["key.gpg", "/usr/share/keyrings/../x.gpg", "/usr/share/keyrings/a.pgp", "/etc/a.gpg"]) {
    assert.throws(() => sourcesText({ ...options, keyring }), /A keyring is/, keyring);
  }
  assert.throws(() => sourcesText({ ...options, suite: "Stable" }), /A suite's name is/);
});
