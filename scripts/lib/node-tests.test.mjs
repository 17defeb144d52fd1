// `npm test` runs every test file.

import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import { test } from "node:test";
import { inOrder, LONGEST, TEST_FOLDERS, WAITING } from "./node-tests.mjs";
import { outputOf } from "./process.mjs";

const files = outputOf("git", ["ls-files", "*.test.mjs", "*.test.js"])?.trim().split("\n") ?? [];
const skip = files.length === 0 && "this is not a git checkout: clone the repository";

test("every test file is in a folder that a step of npm test runs", { skip }, () => {
  const folders = Object.values(TEST_FOLDERS).flat();
  const forgotten = files.filter((file) => !folders.includes(dirname(file)));
  assert.deepEqual(forgotten, []);
});

test("the files whose place in the order is given exist", { skip }, () => {
  const names = files.map((file) => basename(file));
  const renamed = [...LONGEST, ...WAITING].filter((name) => !names.includes(name));
  assert.deepEqual(renamed, []);
});

test("every file has one place in the order, and those that wait are not beside each other", () => {
  const others = Array.from({ length: 3 * WAITING.length }, (_, index) => `${index}.test.mjs`);
  for (const names of [[...others, ...WAITING, ...LONGEST], [...WAITING], [...others], []]) {
    assert.deepEqual(inOrder(names).sort(), names.toSorted());
  }
  const ordered = inOrder([...WAITING, ...others]);
  const isWaiting = (name) => WAITING.includes(name);
  const besides = ordered.filter((name, at) => isWaiting(name) && isWaiting(ordered[at + 1]));
  assert.deepEqual(besides, []);
});
