// A native addon that cannot be loaded is an error that names the cause and the fix.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PLATFORMS } from "../../lib/load-failure.js";
import { ADDON, directoryOf, install } from "../../test-support/installed.mjs";
import { readDocument } from "../../test-support/repository.mjs";

const onLinux = {
  skip: process.platform === "linux" ? false : "the addon here is built for Linux",
};
const { napi, version } = JSON.parse(readDocument("package.json"));

const MAKE_SERVICE = `
  const { Auth0UserSecurityService, Auth0UserSecurityError } = require(process.argv[1]);
  const config = { domain: "tenant.eu.auth0.com", clientId: "id", clientSecret: "very-secret" };
  let outcome = { message: "loaded" };
  try { new Auth0UserSecurityService(config); } catch (error) {
    const { name, code, message, cause } = error;
    outcome = { name, code, message, cause: cause?.message, known: error instanceof Auth0UserSecurityError };
  }
  console.log(JSON.stringify(outcome));
`;

/** The outcome of a program that creates a service with the package at this path. */
function outcomeOf(place, { before = "", args = [], env } = {}) {
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    [...args, "--eval", `${before}\n${MAKE_SERVICE}`, place],
    { encoding: "utf8", env: { ...process.env, ...env } },
  );
  assert.equal(signal, null, stderr);
  return JSON.parse(stdout);
}

/** Asserts one kind of error, whatever the cause; returns its message. */
function messageOf({ name, code, known, message }) {
  assert.deepEqual([name, code, known], ["Auth0UserSecurityError", "ERR_NATIVE_ADDON", true]);
  assert.doesNotMatch(message, /very-secret/);
  return message;
}

/** Changes bytes of the addon in place, as often as they occur. */
function patch(place, from, to) {
  const path = join(place, ADDON);
  const text = readFileSync(path, "latin1");
  assert.ok(text.includes(from), from);
  writeFileSync(path, text.replaceAll(from, to), "latin1");
}

test("an installed package with an intact addon loads", (t) => {
  assert.equal(outcomeOf(install(directoryOf(t))).message, "loaded");
});

test("a platform package next to the package is enough", onLinux, (t) => {
  const place = install(directoryOf(t));
  const [, system] = /^auth0-user-security\.(.+)\.node$/.exec(ADDON);
  const beside = `${place}-${system}`;
  mkdirSync(beside);
  renameSync(join(place, ADDON), join(beside, ADDON));
  writeFileSync(join(beside, "package.json"), JSON.stringify({ version, main: ADDON }));
  assert.equal(outcomeOf(place).message, "loaded");
  truncateSync(join(beside, ADDON), 100_000);
  assert.match(messageOf(outcomeOf(place)), /is truncated/);
});

test("a missing platform package is named, with how to install it", (t) => {
  const outcome = outcomeOf(install(directoryOf(t), { addon: false }));
  const [, system] = /^auth0-user-security\.(.+)\.node$/.exec(ADDON);
  const name = `@archie/auth0-user-security-${system}`;
  assert.match(messageOf(outcome), new RegExp(`^The package ${name},.* is not installed`));
  assert.match(outcome.message, /without --omit=optional/);
  assert.match(outcome.message, /created on another system, remove them/);
  assert.ok(outcome.message.endsWith(`npm install ${name}@${version}`));
  assert.match(outcome.cause, /^Cannot find native binding/);
});

test("without an addon, the error in a source checkout has the command that builds it", (t) => {
  const place = install(directoryOf(t), { addon: false });
  writeFileSync(join(place, "Cargo.toml"), "");
  const message = messageOf(outcomeOf(place));
  assert.match(
    message,
    /There is no native addon for \S+ yet\. Build it in .+ with "npm run build"/,
  );
  assert.ok(message.includes(place));
});

test("with a broken addon, the error in a source checkout has the command that builds it, not one that installs it", (t) => {
  const place = install(directoryOf(t));
  writeFileSync(join(place, "Cargo.toml"), "");
  writeFileSync(join(place, ADDON), "This is no addon.");
  assert.match(messageOf(outcomeOf(place)), /is damaged.*with "npm run build"/);
});

for (const [platform, arch] of [
  ["linux", "riscv64"],
  ["freebsd", "x64"],
  ["sunos", "x64"],
]) {
  test(`the error on ${platform}-${arch} lists the supported platforms`, (t) => {
    const before = `
      Object.defineProperty(process, "platform", { value: "${platform}" });
      Object.defineProperty(process, "arch", { value: "${arch}" });
    `;
    const message = messageOf(outcomeOf(install(directoryOf(t), { addon: false }), { before }));
    assert.match(message, new RegExp(`has no native addon for ${platform}-${arch}, only for`));
    assert.ok(message.includes(PLATFORMS.join(", ")));
  });
}

test("the platforms in the error are those that are built", () => {
  const systems = { darwin: "darwin", linux: "linux", windows: "win32" };
  const processors = { x86_64: "x64", aarch64: "arm64" };
  const built = napi.targets.map((target) => {
    const [processor, , system] = target.split("-");
    return `${systems[system]}-${processors[processor]}`;
  });
  assert.deepEqual([...new Set(built)].sort(), PLATFORMS);
});

test("a file that is not an addon is reported with the system's message", onLinux, (t) => {
  const place = install(directoryOf(t));
  writeFileSync(join(place, ADDON), "This is no addon. ".repeat(1000));
  const outcome = outcomeOf(place);
  assert.match(
    messageOf(outcome),
    /invalid ELF header\)\. The file is damaged, or .* install again/,
  );
  assert.match(outcome.cause, /^Cannot find native binding/);
});

for (const length of [0, 63, 64, 4096, 4_000_000]) {
  test(`an addon truncated to ${length} bytes is reported, and does not crash`, onLinux, (t) => {
    const place = install(directoryOf(t));
    truncateSync(join(place, ADDON), length);
    assert.match(messageOf(outcomeOf(place)), /(is truncated|is damaged).* install again/);
  });
}

test("if an environment variable names the addon, only that file is checked", onLinux, (t) => {
  const place = install(directoryOf(t));
  const whole = join(place, "whole.node");
  renameSync(join(place, ADDON), whole);
  const env = { NAPI_RS_NATIVE_LIBRARY_PATH: whole };
  copyFileSync(whole, join(place, ADDON));
  truncateSync(join(place, ADDON), 100_000);
  assert.equal(outcomeOf(place, { env }).message, "loaded");
  truncateSync(whole, 100_000);
  assert.match(messageOf(outcomeOf(place, { env })), /is truncated/);
});

for (const [name, change] of [
  ["another processor", (file) => file.writeUInt16LE(0xf3, 18)], // RISC-V
  ["the other byte order", (file) => file.fill(2, 5, 6).subarray(0x28, 0x30).swap64()],
]) {
  test(`an addon for ${name} is reported`, onLinux, (t) => {
    const place = install(directoryOf(t));
    const file = readFileSync(join(place, ADDON));
    change(file);
    writeFileSync(join(place, ADDON), file);
    assert.match(messageOf(outcomeOf(place)), /was built for another system.* install again/);
  });
}

test("a C library that is too old is reported with the version that is needed", onLinux, (t) => {
  const place = install(directoryOf(t));
  patch(place, "GLIBC_2.", "GLIBC_9.");
  assert.match(
    messageOf(outcomeOf(place)),
    /GLIBC_9\.\d+.* is older than the addon needs\. Use a newer/,
  );
});

test("an addon that needs another C library is reported", onLinux, (t) => {
  const place = install(directoryOf(t));
  patch(place, "libc.so.6", "libc.so.0");
  assert.match(messageOf(outcomeOf(place)), /libc\.so\.0.* another C library \(glibc or musl\)/);
});

test("an addon of another version than the package is reported", (t) => {
  const place = install(directoryOf(t));
  const manifest = JSON.parse(readDocument("package.json"));
  writeFileSync(join(place, "package.json"), JSON.stringify({ ...manifest, version: "9.9.9" }));
  const message = messageOf(outcomeOf(place));
  assert.match(message, new RegExp(`has version ${version}, but the package has 9\\.9\\.9`));
  assert.match(message, /two installations are mixed.* install again/);
});

test("a Node.js that cannot load addons is reported with the flag that prevents it", (t) => {
  const message = messageOf(outcomeOf(install(directoryOf(t)), { args: ["--no-addons"] }));
  assert.match(message, /loading addons is disabled.* without --no-addons/);
});

test("an environment variable that names another file is reported by name only", (t) => {
  const env = { NAPI_RS_NATIVE_LIBRARY_PATH: "/no/such/file.node" };
  const message = messageOf(outcomeOf(install(directoryOf(t)), { env }));
  assert.match(message, /NAPI_RS_NATIVE_LIBRARY_PATH .* Unset the variable/);
  assert.doesNotMatch(message, /no\/such/);
});

for (const found of ["18.20.8", "20.18.3", "21.7.3", "22.2.0"]) {
  test(`Node.js ${found} is too old, and rejected at once, by require and by import`, (t) => {
    const place = install(directoryOf(t));
    const old = `
      Object.defineProperty(process.versions, "node", { value: "${found}" });
      delete process.getBuiltinModule;
    `;
    for (const load of [
      "require(process.argv[1])",
      "await import(process.argv[1] + '/index.js')",
    ]) {
      const source = `(async () => { ${old} ${load}; })().catch((e) => console.log(e.code, e.message));`;
      const { stdout } = spawnSync(process.execPath, ["--eval", source, place], {
        encoding: "utf8",
      });
      const said = `needs Node.js 20.19, 22.3 or newer, but this is ${found}.`;
      assert.ok(stdout.startsWith("ERR_NATIVE_ADDON ") && stdout.includes(said), stdout);
    }
  });
}

test("the oldest supported Node.js of each release line is accepted", (t) => {
  const place = install(directoryOf(t));
  for (const found of ["20.19.0", "22.3.0", "23.0.0", "30.0.0"]) {
    const before = `Object.defineProperty(process.versions, "node", { value: "${found}" });`;
    assert.equal(outcomeOf(place, { before }).message, "loaded");
  }
});
