// Renovate's configuration finds what it is to renew.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lockfiles } from "../scripts/lib/install.mjs";
import { root } from "../scripts/lib/process.mjs";
import { readDocument } from "./support/consumer.mjs";

const { customManagers, ignorePaths, packageRules } = JSON.parse(readDocument("renovate.json"));
/** Files that install programs from PyPI. */
const INSTALLERS = [".ci/run", "scripts/release/portable.mjs"];
const PLACES = [...INSTALLERS, "scripts/fuzz.mjs"];

for (const { depNameTemplate, managerFilePatterns, matchStrings } of customManagers) {
  test(`the version of ${depNameTemplate} is found, once`, () => {
    const patterns = managerFilePatterns.map((pattern) => new RegExp(pattern.slice(1, -1)));
    const files = PLACES.filter((file) => patterns.some((pattern) => pattern.test(file)));
    assert.equal(files.length, 1);
    const found = matchStrings.flatMap((match) => [
      ...readDocument(files[0]).matchAll(new RegExp(match, "g")),
    ]);
    assert.equal(found.length, 1);
    assert.match(found[0].groups.currentValue, /^\d+\.\d+\.\d+$/);
  });
}

test("every program that comes from PyPI is renewed", () => {
  const installed = INSTALLERS.flatMap((file) => [
    ...readDocument(file).matchAll(/["`]([a-z-]+)==\$/g),
  ]).map(([, name]) => name);
  const renewed = customManagers.map(({ depNameTemplate }) => depNameTemplate);
  assert.deepEqual(installed.sort(), renewed.sort());
});

test("no lock file is left out, the examples' neither", () => {
  assert.deepEqual(ignorePaths, ["**/node_modules/**"]);
  const patterns = packageRules.flatMap(({ matchFileNames = [] }) => matchFileNames);
  for (const file of lockfiles()) {
    const manifest = file.replace("package-lock.json", "package.json").replaceAll("\\", "/");
    const isGrouped = patterns.some(
      (pattern) => pattern === manifest || manifest.startsWith(pattern.replace("**", "")),
    );
    assert.ok(isGrouped, manifest);
  }
});

test("files that rules name exist", () => {
  const named = packageRules.flatMap(({ matchFileNames = [] }) => matchFileNames);
  for (const name of named) {
    assert.ok(existsSync(join(root, name.replace("/**", ""))), name);
  }
});
