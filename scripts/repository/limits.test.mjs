// Files of at most 300 lines, with the exceptions named here, and functions of at most 40. Clippy checks those of Rust.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readDocument, root } from "../../test-support/repository.mjs";
import { outputOf } from "../lib/process.mjs";

const MAX_FILE = 300;
const MAX_FUNCTION = 40;
const RULE = "noExcessiveLinesPerFunction";

const LONG_FILES = {
  "emulator/index.d.ts": "the public types of the emulator",
  "index.d.ts": "written by the build",
  "native.js": "written by the build",
  "types/prelude.d.ts": "the public types, which the build copies to the top of index.d.ts",
};

/** Split in two, so that this file does not match. */
const SILENCED = new RegExp(`biome-ignore[^\n]*${RULE}|${"too_many"}_lines`);

const biome = JSON.parse(readDocument("biome.json"));
const files = outputOf("git", ["ls-files"])?.trim().split("\n") ?? [];
const skip = files.length === 0 && "this is not a git checkout: clone the repository";

test(`no file has more than ${MAX_FILE} lines`, { skip }, () => {
  const code = files.filter((file) => /\.[cm]?[jt]s$/.test(file));
  assert.ok(code.length > 300);
  const long = code.filter((file) => readDocument(file).split("\n").length - 1 > MAX_FILE);
  assert.deepEqual(long, Object.keys(LONG_FILES));
});

test(`Biome, which checks every function, allows ${MAX_FUNCTION} lines`, (t) => {
  const rule = biome.linter.rules.complexity[RULE];
  const config = JSON.stringify({ linter: { rules: { complexity: { [RULE]: rule } } } });
  const functionOf = (lines) => `export function f() {\n${"  f();\n".repeat(lines)}}\n`;
  assert.equal(reports(t, config, functionOf(MAX_FUNCTION)), false);
  assert.equal(reports(t, config, functionOf(MAX_FUNCTION + 1)), true);
});

test("no function is exempt", () => {
  const exempt = biome.overrides
    .filter(({ linter }) => linter.rules.complexity?.[RULE])
    .flatMap(({ includes }) => includes);
  assert.deepEqual(exempt, []);
  const silenced = files.filter(
    (file) => /\.(rs|[cm]?[jt]s)$/.test(file) && SILENCED.test(readDocument(file)),
  );
  assert.deepEqual(silenced, []);
});

/** Whether Biome fails for this source under this configuration. */
function reports(t, config, source) {
  const directory = mkdtempSync(join(tmpdir(), "limits-"));
  t.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "biome.json"), config);
  writeFileSync(join(directory, "source.mjs"), source);
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const { status, stderr } = spawnSync(process.execPath, [biome, "lint"], {
    cwd: directory,
    encoding: "utf8",
  });
  assert.equal(status !== 0, stderr.includes(RULE), stderr);
  return status !== 0;
}
