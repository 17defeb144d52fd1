// Optimized builds use what has been counted for their compiler.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { readDocument } from "../../test-support/repository.mjs";
import { profileOf } from "./release-flags.mjs";

test("there is a profile for the compiler of releases", () => {
  const rust = readDocument(".ci/rust-version").trim();
  const profile = profileOf("x86_64-unknown-linux-gnu", rust);
  assert.ok(existsSync(profile), `With Rust ${rust} on Linux, run: npm run profile`);
});
