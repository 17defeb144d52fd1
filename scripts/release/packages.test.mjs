// The packages as they are laid out for publishing, with the addon that was built here.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { root } from "../lib/process.mjs";
import { hostTriple } from "../lib/toolchain.mjs";
import { checkAddon } from "./check-addon.mjs";
import { layOut } from "./packages.mjs";

const addon = readdirSync(root).find((name) => name.endsWith(".node"));
let directory;
let platform;
let main;
let emulator;
let cli;

before(() => {
  directory = mkdtempSync(join(tmpdir(), "packages-"));
  const folders = layOut(join(directory, "packages"), { [hostTriple()]: join(root, addon) });
  [platform, main, emulator, cli] = folders;
});
after(() => rmSync(directory, { recursive: true }));

const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

function packedFiles(folder) {
  const listed = runNpm(["pack", "--dry-run", "--json"], folder);
  return JSON.parse(listed)[0].files.map(({ path }) => path);
}

function runNpm(args, cwd) {
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  return execFileSync(command, [...first, ...args], { cwd, encoding: "utf8" });
}

test("publint finds nothing to fix", async () => {
  for (const folder of [main, emulator, cli, platform]) {
    const { messages, pkg } = await publint({ pkgDir: folder, strict: true });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
      pkg.name,
    );
  }
});

test("the types are found under every resolution mode", () => {
  const attw = join(root, "scripts/release/node_modules/@arethetypeswrong/cli/dist/index.js");
  for (const folder of [main, emulator]) {
    const args = [attw, "--pack", folder, "--profile", "strict", "--format", "json"];
    const { analysis } = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
    assert.equal(analysis.types.kind, "included");
    assert.deepEqual(analysis.problems, []);
  }
});

test("the main package contains the JavaScript, the types and the documents, and nothing to compile", () => {
  const files = packedFiles(main);
  for (const file of [
    "index.js",
    "index.d.ts",
    "native.js",
    "lib/service.js",
    "README.md",
    "LICENSE",
  ]) {
    assert.ok(files.includes(file), file);
  }
  const known =
    /^(lib\/(?:[\w-]+\/)?[\w-]+\.js|docs\/.+\.(?:md|svg|webp)|[A-Z]+\.md|LICENSE|data\/uap-core\/LICENSE)$/;
  const others = files.filter((file) => !known.test(file));
  assert.deepEqual(others.sort(), ["index.d.ts", "index.js", "native.js", "package.json"]);
});

test("links in the packed README point to packed files", () => {
  const readme = readFileSync(join(main, "README.md"), "utf8");
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to]) => to);
  assert.ok(links.length > 10);
  for (const link of links) assert.ok(existsSync(join(main, link)), link);
});

test("the main package depends on the addon of its own version, and runs no code on installation", () => {
  const { version, optionalDependencies, scripts, devDependencies, napi } = manifestOf(main);
  assert.deepEqual(optionalDependencies, { [manifestOf(platform).name]: version });
  assert.deepEqual([scripts, devDependencies, napi], [undefined, undefined, undefined]);
});

test("the command line depends on the other packages of its own version, and contains no tests", () => {
  const { version, dependencies, devDependencies } = manifestOf(cli);
  for (const folder of [main, emulator]) {
    assert.equal(dependencies[manifestOf(folder).name], version);
  }
  assert.equal(devDependencies, undefined);
  const others = packedFiles(cli).filter((file) => !/^src\/.+\.(js|css|html|d\.ts)$/.test(file));
  const expected = ["LICENSE", "README.md", "bin.js", "package.json"];
  assert.deepEqual(others.sort(), expected);
});

test("the package of a platform contains the addon and all licences, and is for that platform only", () => {
  const files = packedFiles(platform);
  const expected = ["LICENSE", "README.md", "THIRD-PARTY-NOTICES.txt", addon, "package.json"];
  assert.deepEqual(files.sort(), expected.sort());
  const { cpu, os, name, main: entry } = manifestOf(platform);
  assert.deepEqual([os, cpu, entry], [[process.platform], [process.arch], addon]);
  assert.ok(name.startsWith(`@archie/auth0-user-security-${process.platform}-${process.arch}`));
  const notices = readFileSync(join(platform, "THIRD-PARTY-NOTICES.txt"), "utf8");
  for (const crate of ["ring", "rustls", "tokio", "hyper", "uap-core"]) {
    assert.match(notices, new RegExp(`\\b${crate}\\b`), crate);
  }
  assert.doesNotMatch(notices, /\bcriterion\b|\bsocket2 0\.5/);
  const apache = notices.match(/TERMS AND CONDITIONS FOR USE, REPRODUCTION/g) ?? [];
  assert.ok(apache.length < 5, `the terms of the Apache License are there ${apache.length} times`);
});

const DEFECTS = {
  "is too large": [Buffer.alloc(8_000_001), /has 8000001 bytes, more than 8000000/],
  "requires a new glibc": [Buffer.from("\0GLIBC_2.17\0GLIBC_2.35\0"), /needs glibc 2\.35/],
  "is not stripped": [Buffer.from("\0.symtab\0"), /is not stripped/],
  "names a folder of this machine": [Buffer.from(`\0${root}/src/lib.rs\0`), /path of this folder/],
};

for (const [what, [content, message]] of Object.entries(DEFECTS)) {
  test(`an addon that ${what} is not released`, () => {
    const file = join(directory, "addon.node");
    writeFileSync(file, content);
    assert.throws(() => checkAddon(file), message);
  });
}

test("an addon for glibc 2.28 is released", () => {
  const file = join(directory, "addon.node");
  writeFileSync(file, Buffer.from("\0GLIBC_2.28\0"));
  assert.equal(checkAddon(file), "0.00 MB, glibc 2.28 or newer");
});
