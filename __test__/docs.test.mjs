// The documents: their code compiles, their links lead somewhere.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { consumer, readDocument } from "./support/consumer.mjs";
import { codeBlocks } from "./support/markdown.mjs";

const typescript = (markdown) =>
  codeBlocks(markdown)
    .filter(({ language }) => language === "ts")
    .map(({ code }) => code);

test("the README's examples, read as one module from top to bottom, compile", (t) => {
  const examples = typescript(readDocument("README.md"));
  assert.ok(examples.length >= 4);
  const project = consumer(t, { "readme.ts": examples.join("\n") }, { noEmit: true });
  assert.equal(project.compile(), "");
});

const DOCUMENTS = ["README", "ARCHITECTURE", "CONTRIBUTING", "CHANGELOG", "SECURITY"];
for (const name of DOCUMENTS.map((document) => `${document}.md`)) {
  test(`links of ${name} lead to files of the repository`, () => {
    const links = [...readDocument(name).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, to]) => to);
    for (const link of links) {
      assert.ok(existsSync(new URL(`../${link}`, import.meta.url)), `${name} links to ${link}`);
    }
  });
}

test("the README names the scopes, settings and errors that exist", async () => {
  const readme = readDocument("README.md");
  const { default: exported } = await import("@archie/auth0-user-security");
  const errors = Object.keys(exported).filter((name) => name.endsWith("Error"));
  for (const name of errors) assert.ok(readme.includes(name), name);
  const [, config] = /interface Auth0Config \{(.*?)^\}/ms.exec(readDocument("types/prelude.d.ts"));
  for (const [, setting] of config.matchAll(/^ {2}(\w+)\??:/gm)) {
    assert.match(readme, new RegExp(`\`${setting}[\`.]`), setting);
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
    const file = new URL(`${name}.test.mjs`, import.meta.url);
    assert.ok(existsSync(file), `${name}.test.mjs`);
  }
});
