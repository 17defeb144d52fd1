// The commands report what is missing, and how to get it, before they do anything else.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./lib/process.mjs";

const onUnix = { skip: process.platform === "win32" ? "the stand-ins are shell scripts" : false };

/** Runs `npm test -- rust` where the only programs are stand-ins that print these lines. */
function testRust(t, programs) {
  const path = mkdtempSync(join(tmpdir(), "path-"));
  t.after(() => rmSync(path, { recursive: true }));
  for (const [name, output] of Object.entries(programs)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${output ? `echo "${output}"` : "exit 1"}\n`);
    chmodSync(join(path, name), 0o755);
  }
  return runTests(["rust"], { PATH: path });
}

function runTests(args, env = process.env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/test.mjs", ...args], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  assert.equal(status, 1);
  assert.equal(stdout, "");
  return stderr;
}

test("without Rust, the error says how to install it", (t) => {
  assert.match(testRust(t, {}), /Rust [\d.]+ or newer is needed.*https:\/\/rustup\.rs/s);
});

test("a Rust that is too old is reported with its version", onUnix, (t) => {
  const programs = { rustc: "rustc 1.70.0 (90c541806 2023-05-31)", cargo: "cargo 1.70.0" };
  assert.match(testRust(t, programs), /needed, but this is 1\.70\.0.*rustup update stable/s);
});

test("a toolchain manager without a toolchain counts as no Rust", onUnix, (t) => {
  assert.match(testRust(t, { rustc: "", cargo: "" }), /missing or do not work/);
});

test("a command that takes long reports that it is still running", async (t) => {
  const pulse = new URL("lib/pulse.mjs", import.meta.url).href;
  // The command ends when this test has read the line.
  const program = `
    import { spawnSync } from "node:child_process";
    import { withPulse } from ${JSON.stringify(pulse)};
    const waiting = ["-e", "process.stdin.once('data', () => process.exit())"];
    withPulse("Compiling", () => spawnSync(process.execPath, waiting, { stdio: "inherit" }), 5);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program]);
  t.after(() => child.stdin.destroy());
  const [line] = await once(child.stderr, "data");
  assert.match(String(line), /^Compiling: still at it after \d+ s …\n/);
  child.stdin.end("go on");
  const [code] = await once(child, "close");
  assert.equal(code, 0);
});

test("an unknown group of checks is an error that lists the known ones", () => {
  assert.match(runTests(["rst"]), /No checks are called rst, only: lint, rust, node, types/);
});
