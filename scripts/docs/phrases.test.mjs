// Rejects phrases that read as translated, in every document, comment, message and test name.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "../../test-support/repository.mjs";
import { outputOf } from "../lib/process.mjs";
import { REJECTED_PHRASES } from "./phrases.mjs";

const WITH_SENTENCES = /\.(md|rs|js|mjs|cjs|ts|mts|cts|tsx|toml|ya?ml|sh)$|^\.ci\/run$/;
/** Texts of others, and the list itself. */
const NOT_OURS = /^fuzz\/corpus\/|^data\/|phrases(\.test)?\.mjs$/;
/** The glossary names what it replaces. */
const GLOSSARY = /^## Words\n.*?(?=^## )/ms;

const tracked = outputOf("git", ["ls-files"])?.trim().split("\n") ?? [];
const files = tracked.filter((path) => WITH_SENTENCES.test(path) && !NOT_OURS.test(path));
const skip = tracked.length === 0 && "this is not a git checkout: clone the repository";

/** Sentences continue across line breaks, comment marks and parts of a string. Rust names its tests with underscores. */
const asOneLine = (text) =>
  text
    .replace(/\bfn \w+/g, (name) => name.replaceAll("_", " "))
    .replace(/(\\|["'`]\s*\+)?\s*\n\s*(\/\/[/!]?|\*|#+|>|["'`])?\s*/g, " ")
    .replaceAll(/\s+/g, " ");

function findings(text) {
  const line = asOneLine(text);
  return REJECTED_PHRASES.flatMap(([phrase, better]) =>
    [...line.matchAll(new RegExp(phrase, "gi"))].map(
      ({ 0: found, index }) =>
        `"${found}" (write: ${better}) in: …${line.slice(Math.max(0, index - 40), index + found.length + 40)}…`,
    ),
  );
}

test("no file contains a phrase that the glossary replaces", { skip }, () => {
  assert.ok(files.length > 400);
  const found = files.flatMap((path) =>
    findings(readDocument(path).replace(GLOSSARY, "")).map((finding) => `${path}: ${finding}`),
  );
  assert.deepEqual(found, []);
});

test("a phrase is found across line breaks and comment marks", () => {
  assert.equal(findings("/// It tells\n/// the two apart.").length, 1);
  assert.equal(findings("The proxy wants\n> credentials.").length, 1);
  assert.equal(findings('"the proxy wants \\\n   credentials"').length, 1);
  assert.equal(findings('"the proxy wants " +\n  "credentials"').length, 1);
  assert.equal(findings("fn the_proxy_wants_credentials() {").length, 1);
  assert.equal(findings("an apartment to tell of").length, 0);
});
