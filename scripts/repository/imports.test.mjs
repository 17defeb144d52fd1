// Which parts of the repository may import which others.

import assert from "node:assert/strict";
import { dirname, posix } from "node:path";
import { test } from "node:test";
import { readDocument } from "../../test-support/repository.mjs";
import { outputOf } from "../lib/process.mjs";

/** What each part may import by path, besides itself; packages are imported by name. */
const MAY_IMPORT = {
  bench: ["cli", "index.js", "test-support"],
  cli: ["test-support"],
  emulator: [],
  examples: [],
  lib: ["index.d.ts", "native.js", "package.json", "types"],
  scripts: ["index.js", "test-support"],
  "test-support": ["emulator", "examples"],
  tests: ["emulator", "lib", "test-support"],
};

const files = outputOf("git", ["ls-files"])?.trim().split("\n") ?? [];
const skip = files.length === 0 && "this is not a git checkout: clone the repository";
const partOf = (path) => path.split("/")[0];

for (const [part, others] of Object.entries(MAY_IMPORT)) {
  const may = [part, ...others];
  test(`${part} imports by path only from ${may.join(", ")}`, { skip }, () => {
    const code = files.filter((file) => partOf(file) === part && /\.[cm]?[jt]s$/.test(file));
    assert.ok(code.length > 0);
    const forbidden = code.flatMap((file) =>
      importedBy(file, readDocument(file))
        .filter((path) => !may.includes(partOf(path)))
        .map((path) => `${file} imports ${path}`),
    );
    assert.deepEqual(forbidden, []);
  });
}

test("an import is found in every form", () => {
  const source = `
    import "../a.mjs";
    import { one, two } from "../b.mjs";
    export * from "./c.mjs";
    const { d } = await import("../d.mjs");
    const e = require("../e.cjs");
    /** @type {import("../f.mjs").F} */
    import { g } from "a-package";
  `;
  const found = ["a.mjs", "b.mjs", "scripts/c.mjs", "d.mjs", "e.cjs", "f.mjs"];
  assert.deepEqual(importedBy("scripts/some.mjs", source), found);
});

/** The paths, from the root, that a file imports. */
function importedBy(file, source) {
  const imports = source.matchAll(/\b(?:from|import|require)\s*\(?\s*["'](\.\.?\/[^"']*)["']/g);
  return [...imports].map(([, path]) => posix.join(dirname(file), path));
}
