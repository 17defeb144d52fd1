// Every code block of every document is checked: it compiles, it parses, or its commands exist.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { consumer } from "../../test-support/consumer.mjs";
import { codeBlocks, fences, moduleOf } from "../../test-support/markdown.mjs";
import { readDocument } from "../../test-support/repository.mjs";
import { root } from "../lib/process.mjs";
import { documents } from "./documents.mjs";

/** `text` is for content that cannot be checked: trees, output. */
const KINDS = ["ts", "js", "json", "sh", "text"];
/** Rust is compiled by `npm test -- rust`; quotes of the examples are compared with them. */
const ELSEWHERE = { "CONTRIBUTING.md": "rust", "docs/guides/frameworks.md": "typescript" };

/** Outside a git checkout it is unknown which files belong to the repository. */
const files = documents();
const skip = files.length === 0 && "this is no git checkout";
const blocksOf = (file) => codeBlocks(readDocument(file));
const allOf = (kind) =>
  files.flatMap((file) =>
    blocksOf(file)
      .filter(({ language }) => language === kind)
      .map(({ heading, code }) => ({ place: `${file}, ${heading}`, code })),
  );
/** A file name for the compiler that identifies the document. */
const nameOf = (place) => place.replaceAll(/[^\w.-]+/g, "_");

for (const file of files) {
  test(`the code of ${file} is in languages that are checked`, () => {
    const blocks = blocksOf(file);
    const kinds = [...KINDS, ELSEWHERE[file]];
    const unknown = blocks.filter(({ language }) => !kinds.includes(language));
    assert.deepEqual(unknown, []);
    assert.equal(fences(readDocument(file)).length, 2 * blocks.length, "a fence is no block");
  });
}

test("TypeScript compiles, each document from top to bottom", { skip }, (t) => {
  const modules = files
    .map((file) => [nameOf(`${file}.ts`), moduleOf(readDocument(file))])
    .filter(([, code]) => code);
  assert.ok(modules.length >= 10);
  const project = consumer(t, Object.fromEntries(modules), {
    noEmit: true,
    moduleDetection: "force",
  });
  for (const [, code] of modules) project.install(packagesIn(code));
  assert.equal(project.compile(), "");
});

test("JavaScript parses", { skip }, (t) => {
  const sources = allOf("js").map(({ place, code }, index) => [
    `${index}-${nameOf(place)}.js`,
    code,
  ]);
  assert.ok(sources.length >= 5);
  const options = { noEmit: true, allowJs: true, noResolve: true, moduleDetection: "force" };
  assert.equal(consumer(t, Object.fromEntries(sources), options).compile(), "");
});

test("JSON parses", () => {
  for (const { place, code } of allOf("json")) assert.doesNotThrow(() => JSON.parse(code), place);
});

test("shell commands parse, and the programs in them exist", { skip }, () => {
  const scripts = scriptsOf(".");
  for (const { place, code } of allOf("sh")) {
    // Windows has no sh; the commands are checked there too.
    const { error, status, stderr } = spawnSync("sh", ["-n"], { input: code, encoding: "utf8" });
    assert.ok(error || status === 0, `${place}: ${stderr}`);
    for (const command of commandsOf(code)) {
      assert.ok(isThere(command.split(/\s+/), scripts), `${place}: ${command}`);
    }
  }
});

/** Without comments, here-documents and leading variables; a command that continues on the next line is one. */
function commandsOf(code) {
  return code
    .replace(/<<'(\w+)'\n.*?^\1$/gms, "")
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.replace(/\s*#.*$/, "").replace(/^(?:[A-Z]\w*=\S*\s+)+/, ""))
    .filter(Boolean);
}

function isThere([program, first, second, third], scripts) {
  if (program === "npm" && first === "run") return Object.hasOwn(scripts, second);
  if (program === "npm" && first === "--prefix") return Object.hasOwn(scriptsOf(second), third);
  if (program === "npm") return ["ci", "install", "test"].includes(first);
  if (program === "npx") return existsSync(join(root, "node_modules", ".bin", nameOfBin(first)));
  // A program that an earlier command of the block wrote has no folder.
  if (program === "node") return dirname(first) === "." || existsSync(join(root, first));
  if (program === "git") return first === "clone";
  // The command-line tool, once it is installed.
  if (program === "auth0-user-security") return existsSync(join(root, "cli", "bin.js"));
  return ["cat", "cd", "curl", "export"].includes(program);
}

const scriptsOf = (folder) => JSON.parse(readDocument(join(folder, "package.json"))).scripts;

const nameOfBin = (packageName) => packageName.split("/").at(-1);

/** Packages that a module imports and that this project has installed. */
function packagesIn(code) {
  const names = [...code.matchAll(/^(?:import .*|\} )from "([^"]+)"/gm)].map(([, name]) => name);
  return names.filter((name) => existsSync(join(root, "node_modules", name)));
}
