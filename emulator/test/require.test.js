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

test("where Node.js cannot require ES modules, the error says which versions can", () => {
  const program = `require("@archie/auth0-tenant-emulator")`;
  const args = ["--no-experimental-require-module", "--eval", program];
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  assert.equal(status, 1);
  assert.match(stderr, /needs Node\.js 20\.19, 22\.12 or newer; older ones can only import it/);
});
