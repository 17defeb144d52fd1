// Renovate's configuration finds everything that it must update.

import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { readDocument } from "../../test-support/repository.mjs";
import { lockfiles } from "../lib/install.mjs";
import { root } from "../lib/process.mjs";
import { requirements } from "../lib/requirements.mjs";

const {
  customManagers,
  extends: presets,
  ignorePaths,
  packageRules,
} = JSON.parse(readDocument(".github/renovate.json"));
/** Dependencies that Renovate has no manager for: where they are pinned, how often, and their version format. */
const PINNED = {
  rust: { file: ".ci/rust-version", times: 1, value: /^\d+\.\d+\.\d+$/ },
  node: { file: ".github/workflows/release.yml", times: 2, value: /^\d+\.\d+\.\d+-alpine/ },
};
/** Files that install with pip, and what they install. */
const INSTALLERS = {
  ".ci/run": ".ci/requirements.txt",
  "scripts/release/portable.mjs": "scripts/release/requirements.txt",
};
/** The files that Renovate's own manager for pip looks for. */
const PIP_REQUIREMENTS = /(^|\/)[\w-]*requirements([-._]\w+)?\.(txt|pip)$/;

for (const { depNameTemplate, managerFilePatterns, matchStrings } of customManagers) {
  test(`Renovate finds the version of ${depNameTemplate} wherever it is pinned`, () => {
    const { file, times, value } = PINNED[depNameTemplate];
    const patterns = managerFilePatterns.map((pattern) => new RegExp(pattern.slice(1, -1)));
    assert.ok(patterns.some((pattern) => pattern.test(file)));
    const found = matchStrings.flatMap((match) => [
      ...readDocument(file).matchAll(new RegExp(match, "g")),
    ]);
    assert.equal(found.length, times);
    for (const { groups } of found) assert.match(groups.currentValue, value);
  });
}

test("actions are updated by commit", () => {
  assert.deepEqual(
    Object.keys(PINNED).sort(),
    customManagers.map((one) => one.depNameTemplate).sort(),
  );
  assert.ok(presets.includes("helpers:pinGitHubActionDigests"));
});

for (const [installer, file] of Object.entries(INSTALLERS)) {
  test(`${installer} installs with pip only what ${file} pins by hash, and Renovate finds that file`, () => {
    assert.match(file, PIP_REQUIREMENTS);
    const code = readDocument(installer);
    assert.ok(code.includes("--require-hashes") && code.includes(file));
    const lines = readDocument(file).replaceAll("\\\n", "").split("\n");
    const pinned = lines.filter((line) => line && !line.startsWith("#"));
    assert.equal(pinned.length, Object.keys(requirements(file)).length);
    for (const line of pinned) {
      assert.match(line, /^[\w-]+==\d+\.\d+\.\d+(\s+--hash=sha256:[0-9a-f]{64})+$/);
    }
  });
}

test("no other file installs with pip", () => {
  const sources = [
    "scripts",
    "tests",
    "test-support",
    "emulator",
    "bench",
    ".github",
    ".ci",
  ].flatMap(sourcesIn);
  const installers = sources.filter((file) =>
    /\bpip3?"?,? .*install\b|"pip"/.test(readDocument(file)),
  );
  assert.deepEqual(installers.sort(), Object.keys(INSTALLERS).sort());
});

test("every lock file is covered, including those of examples", () => {
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

function sourcesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter(
      (file) => !/node_modules/.test(file) && /(?<!\.test)\.(mjs|js|sh|yml)$|^\.ci.run$/.test(file),
    );
}
