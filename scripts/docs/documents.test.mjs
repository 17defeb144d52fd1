// The documents are accurate: the names in them match code, types and tests.

import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as exported from "../../index.js";
import { methodNames } from "../../test-support/methods.mjs";
import { readDocument, root } from "../../test-support/repository.mjs";
import { declaredMethods, documentsWithTables } from "../lib/method-tables.mjs";

const readme = readDocument("README.md");
const guide = (name) => readDocument(`docs/guides/${name}.md`);
const types = readDocument("types/prelude.d.ts");
/** The first column of the tables, without code marks. */
const firstCells = (markdown) => [...markdown.matchAll(/^\| `([^`]+)`/gm)].map(([, cell]) => cell);

test("the README can be read in five minutes: at most 1,400 words, not counting code", () => {
  const prose = readme.replace(/^```.*?^```$/gms, "");
  assert.ok(prose.split(/\s+/).length <= 1400);
});

test("the README names every call", () => {
  const named = firstCells(readme).map((call) => call.replace(/\(.*/, ""));
  for (const method of methodNames()) assert.ok(named.includes(method), method);
});

test("the tables of the methods match the declarations", () => {
  for (const [file, text] of documentsWithTables()) {
    assert.equal(readDocument(file), text, `${file}: run npm run build:dev`);
  }
  for (const { name, returns, scopes } of declaredMethods(types)) {
    assert.ok(returns && scopes, `the comment on ${name} lacks @returns or Scopes`);
  }
});

test("README and guide name the scopes that requests need", () => {
  const sources = readdirSync(join(root, "src/auth0"));
  const text = sources.map((file) => readDocument(`src/auth0/${file}`)).join("\n");
  const scopes = [...new Set(text.match(/"(?:read|update|delete|create):\w+"/g))];
  assert.equal(scopes.length, 15);
  for (const scope of scopes.map((quoted) => `\`${JSON.parse(quoted)}\``)) {
    for (const document of [readme, guide("scopes-and-plans")])
      assert.ok(document.includes(scope), scope);
  }
});

test("the guide to configuration documents every setting", () => {
  const settings = firstCells(guide("configuration")).map((cell) => cell.split(".")[0]);
  const [, config] = /interface Auth0Config \{(.*?)^\}/ms.exec(types);
  for (const [, setting] of config.matchAll(/^ {2}(\w+)\??:/gm)) {
    assert.ok(settings.includes(setting), setting);
  }
});

test("the guide to errors documents every class with its code, and every reason", () => {
  const rows = firstCells(guide("errors"));
  const errors = Object.keys(exported).filter((name) => name.endsWith("Error"));
  for (const name of errors) assert.ok(rows.includes(name), name);
  for (const [, code] of types.matchAll(/Code `(\w+)`/g)) {
    assert.ok(guide("errors").includes(`| \`${code}\` |`), code);
  }
  const [, section] = guide("errors").split("## Reasons");
  const described = firstCells(section).filter((cell) => cell !== "reason");
  assert.deepEqual(described, [...reasonsOf("Linking"), ...reasonsOf("Protection")]);
  for (const reason of reasonsOf("Network")) {
    assert.ok(guide("errors").includes(`\`${reason}\``), reason);
  }
});

function reasonsOf(kind) {
  const [, union] = new RegExp(`type ${kind}Reason =\\n(.*?)\\n\\n`, "s").exec(types);
  return [...union.matchAll(/\| '(\w+)'/g)].map(([, reason]) => reason);
}

test("the guide to audit documents every field of an event", () => {
  const [, event] = /interface AuditEvent \{(.*?)^\}/ms.exec(types);
  const rows = firstCells(guide("audit-and-tracing"));
  const fields = [...event.matchAll(/^ {2}(\w+)\??:/gm)].map(([, field]) => field);
  assert.deepEqual(rows, fields);
});

test("the support policy names the platforms that addons are built for", () => {
  const { napi } = JSON.parse(readDocument("package.json"));
  const systems = {
    gnu: "Linux with glibc",
    musl: "Linux with musl",
    darwin: "macOS",
    msvc: "Windows",
  };
  const processors = { x86_64: "x64", aarch64: "arm64" };
  const policy = readDocument("docs/support-policy.md");
  for (const target of napi.targets) {
    const [processor, , ...rest] = target.split("-");
    const [, supported] = new RegExp(`^\\| ${systems[rest.at(-1)]}.*\\| (.*) \\|$`, "m").exec(
      policy,
    );
    assert.ok(supported.split(", ").includes(processors[processor]), target);
  }
});

test("SECURITY.md names tests that exist", () => {
  const table = readDocument("SECURITY.md")
    .match(/^\| .* \|$/gm)
    .slice(2);
  const names = table.flatMap((row) => [
    ...row
      .split("|")
      .at(-2)
      .matchAll(/`([\w-]+)`/g),
  ]);
  assert.ok(names.length > 20);
  for (const [, name] of names) {
    const files = ["tests/node", "scripts"].map((folder) => join(folder, `${name}.test.mjs`));
    assert.ok(
      files.some((file) => existsSync(join(root, file))),
      `${name}.test.mjs`,
    );
  }
});
