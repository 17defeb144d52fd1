import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as imported from "@archie/auth0-tenant-emulator";

const require = createRequire(import.meta.url);

test("require gives the same functions and values as import", () => {
  const required = require("@archie/auth0-tenant-emulator");
  assert.deepEqual({ ...required }, { ...imported });
  assert.equal(required.startTenant, imported.startTenant);
});

/** What a program prints that fails. */
function failure(program, ...args) {
  const options = { cwd: import.meta.dirname, encoding: "utf8" };
  const { status, stderr } = spawnSync(process.execPath, [...args, "--eval", program], options);
  assert.equal(status, 1);
  return stderr;
}

const REFUSAL = /needs Node\.js 20\.19, 22\.12 or newer, .*but this is \d+\.\d+\.\d+\. Get it from/;

test("where Node.js cannot require ES modules, the error says which versions can", () => {
  const program = `require("@archie/auth0-tenant-emulator")`;
  assert.match(failure(program, "--no-experimental-require-module"), REFUSAL);
});

test("so does that of a Node.js without process.getBuiltinModule", () => {
  const program = `process.getBuiltinModule = undefined; require("@archie/auth0-tenant-emulator")`;
  assert.match(failure(program), REFUSAL);
});
