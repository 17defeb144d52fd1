// The link checker, which `npm test -- docs` runs on every document, finds broken links.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checkLinks } from "./links.mjs";

/** What the checker finds in the first of these files. */
function check(t, files) {
  const directory = mkdtempSync(join(tmpdir(), "links-"));
  t.after(() => rmSync(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const { broken, external } = checkLinks([join(directory, Object.keys(files)[0])]);
  return { broken: broken.map(({ link }) => link), external };
}

const OTHER = "# One `word`, & more\n\n## Twice\n\n## Twice\n\n```sh\n# no heading\n```\n";

test("links of Markdown are followed to files and headings", (t) => {
  const good =
    "[a](b.md) [b](b.md#one-word--more) [c](b.md#twice-1) [d](#here) [e][e]\n\n## Here\n\n";
  const bad =
    "[f](absent.md) [g](b.md#absent) [h](b.md#no-heading) [i](#absent)\n\n[e]: absent2.md\n";
  const text = `${good}${bad}\n\`[j](code.md)\`\n\n\`\`\`text\n[k](code.md)\n\`\`\`\n`;
  assert.deepEqual(check(t, { "a.md": text, "b.md": OTHER }).broken, [
    "absent.md",
    "b.md#absent",
    "b.md#no-heading",
    "#absent",
    "absent2.md",
  ]);
});

test("links of HTML are followed to files and ids", (t) => {
  const text =
    '<a href="b.html#x"></a><a href="b.html#y"></a><img src="c.png"><p id="z"><a href="#z">';
  assert.deepEqual(check(t, { "a.html": text, "b.html": '<p id="x">' }).broken, [
    "b.html#y",
    "c.png",
  ]);
});

test("links to other hosts are listed and not followed", (t) => {
  const { broken, external } = check(t, {
    "a.md": "[a](https://example.com/b) [c](mailto:d@example.com)\n",
  });
  assert.deepEqual(broken, []);
  assert.deepEqual(external, ["https://example.com/b", "mailto:d@example.com"]);
});
