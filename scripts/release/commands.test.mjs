// The release commands report what is missing before they build or pack anything.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { readDocument } from "../../test-support/repository.mjs";
import { root } from "../lib/process.mjs";
import { addonPath } from "./portable.mjs";
import { requireAll, TARGETS } from "./targets.mjs";
import { requireVersion } from "./versions.mjs";

function refusal(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(status, 1);
  assert.equal(stdout, "");
  return stderr;
}

test("an unknown target is rejected, and the error lists the known ones", () => {
  const said = refusal("scripts/release/build.mjs", "sparc-sun-solaris");
  for (const triple of TARGETS) assert.ok(said.includes(triple), triple);
});

test("packing without the addons of all targets fails, and the error lists the missing ones", () => {
  const addons = Object.fromEntries(TARGETS.slice(1).map((triple) => [triple, addonPath(triple)]));
  assert.throws(() => requireAll(addons), new RegExp(`${TARGETS[0]}\n +Build.*--partial`, "s"));
  assert.doesNotThrow(() => requireAll({ ...addons, [TARGETS[0]]: addonPath(TARGETS[0]) }));
});

test("a tag other than the version is rejected, and the error lists every file that differs", () => {
  const said = refusal("scripts/release/pack.mjs", "--tag=v99.0.0");
  const packages = ["package.json", "emulator/package.json", "cli/package.json"];
  for (const place of [
    ...packages,
    "package-lock.json",
    "Cargo.toml",
    "CHANGELOG.md",
    "native.js",
  ]) {
    assert.match(said, new RegExp(`^ +${place} has `, "m"));
  }
});

test("every file has the same version", () => {
  const { version } = JSON.parse(readDocument("package.json"));
  // Before its release the version has no date in the changelog.
  const onlyUndated = /^The tag is v\S+, but:\n +CHANGELOG\.md has no version with a date$/;
  try {
    requireVersion(`v${version}`);
  } catch (error) {
    assert.match(error.message, onlyUndated);
  }
  // What Cargo.toml states is also the version of the addon.
  assert.match(readDocument("addon/Cargo.toml"), /^version\.workspace = true$/m);
});

test("an unknown option of packing is rejected", () => {
  assert.match(refusal("scripts/release/pack.mjs", "--all"), /Unknown option '--all'/);
});

test("the loader looks for each addon under the name that it is built with", () => {
  const loader = readDocument("native.js");
  for (const triple of TARGETS) {
    const [name] = addonPath(triple).split(/[\\/]/).slice(-1);
    assert.ok(loader.includes(`'./${name}'`), name);
  }
});
