// The guide to frameworks quotes examples, which have their own tests.

import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import { codeBlocks } from "../../test-support/markdown.mjs";
import { readDocument } from "../../test-support/repository.mjs";

const GUIDE = "docs/guides/frameworks.md";
const sections = readDocument(GUIDE)
  .split(/^(?=## )/m)
  .map((text) => ({ text, title: /^#+ (.*)$/m.exec(text)[1], links: linksOf(text) }));

/** The targets of a text's links, as file URLs. */
function linksOf(text) {
  const links = text.matchAll(/\]\((?!https?:)([^)#]+)\)/g);
  return [...links].map(([, link]) => new URL(link, new URL(`../../${GUIDE}`, import.meta.url)));
}

test("its links point to files of the repository", () => {
  const links = sections.flatMap(({ links }) => links);
  assert.ok(links.length >= 10);
  for (const link of links) assert.ok(existsSync(link), link.pathname);
});

for (const { text, title, links } of sections.slice(2)) {
  test(`the code under ${title} is that of the example, paragraph by paragraph`, () => {
    const files = links.filter((link) => statSync(link).isFile());
    const sources = files.map((file) => readFileSync(file, "utf8"));
    const paragraphs = codeBlocks(text).flatMap(({ code }) => code.trimEnd().split("\n\n"));
    assert.ok(paragraphs.length > 0);
    for (const paragraph of paragraphs) {
      assert.ok(
        sources.some((source) => source.includes(paragraph)),
        `no file that the section links to has:\n${paragraph}`,
      );
    }
  });
}
