import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { betweenFolders, findCircle, importsIn } from "../test-support/imports.js";

const files = importsIn(fileURLToPath(new URL("../src", import.meta.url)));

test("every import resolves to a file of the package", () => {
  for (const [file, imports] of files) {
    for (const target of imports) {
      const isKnown = files.has(target) || target.startsWith("..");
      assert.ok(isKnown, `${file} imports ${target}`);
    }
  }
  assert.ok(files.get("tenant.js")?.has("core.js"));
});

test("no files import each other in a circle", () => {
  assert.deepEqual(findCircle(files), []);
});

test("no folders import each other in a circle", () => {
  assert.deepEqual(findCircle(betweenFolders(files)), []);
});

test("a circle would be found, in files and in folders", () => {
  const graph = new Map([
    ["a/one.js", new Set(["b/two.js"])],
    ["b/two.js", new Set()],
    ["b/three.js", new Set(["a/four.js"])],
    ["a/four.js", new Set()],
  ]);
  assert.deepEqual(findCircle(graph), []);
  assert.deepEqual(findCircle(betweenFolders(graph)), ["a", "b", "a"]);
  graph.set("b/two.js", new Set(["a/one.js"]));
  assert.deepEqual(findCircle(graph), ["a/one.js", "b/two.js", "a/one.js"]);
});
