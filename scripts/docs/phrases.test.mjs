// Rejects phrases that read as translated, in every document, comment, message and test name.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { REJECTED_PHRASES } from "./phrases.mjs";

const ROOT = new URL("../../", import.meta.url);
const WITH_SENTENCES = /\.(md|rs|js|mjs|cjs|ts|mts|cts|tsx|toml|ya?ml|sh)$|^\.ci\/run$/;
/** Texts of others, and the list itself. */
const NOT_OURS = /^fuzz\/corpus\/|^data\/|phrases(\.test)?\.mjs$/;

function files() {
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" });
  return tracked.split("\0").filter((path) => WITH_SENTENCES.test(path) && !NOT_OURS.test(path));
}

/** Sentences continue across line breaks and comment marks. */
const asOneLine = (text) => text.replace(/\s*\n\s*(\/\/[/!]?|\*|#+|>|")?\s*/g, " ");

function findings(text) {
  const line = asOneLine(text);
  return REJECTED_PHRASES.flatMap(([phrase, better]) =>
    [...line.matchAll(new RegExp(phrase, "gi"))].map(
      ({ 0: found, index }) =>
        `"${found}" (write: ${better}) in: …${line.slice(Math.max(0, index - 40), index + found.length + 40)}…`,
    ),
  );
}

test("no file contains a phrase that the glossary replaces", () => {
  const found = files().flatMap((path) =>
    findings(readFileSync(new URL(path, ROOT), "utf8")).map((finding) => `${path}: ${finding}`),
  );
  assert.deepEqual(found, []);
});

test("a phrase is found across line breaks and comment marks", () => {
  assert.equal(findings("/// It tells\n/// the two apart.").length, 1);
  assert.equal(findings("The proxy wants\n> credentials.").length, 1);
  assert.equal(findings("an apartment to tell of").length, 0);
});
