// The README's pictures are those that `npm run pictures` takes, and small enough for a repository.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { skip } from "../../test-support/browser.mjs";
import { readDocument, root } from "../../test-support/repository.mjs";

const folder = join(root, "docs", "pictures");
const script = join(root, "scripts", "docs", "pictures.mjs");

test("the README shows each picture of the folder, and no other", () => {
  const shown = readDocument("README.md").matchAll(/"docs\/pictures\/([^"]+)"/g);
  const names = [...shown].map(([, name]) => name).sort();
  assert.deepEqual(names, readdirSync(folder).sort());
});

test("all of them together have less than 300 kB", () => {
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(total < 300_000, String(total));
});

test("the command takes every page at three widths, in light and dark", { skip }, (t) => {
  const target = mkdtempSync(join(tmpdir(), "pictures-"));
  t.after(() => rmSync(target, { recursive: true }));
  execFileSync(process.execPath, [script, "--all", target]);
  const names = readdirSync(target);
  for (const name of readdirSync(folder)) assert.ok(names.includes(name), name);
  const pages = new Set(names.map((name) => name.replace(/-\d+-\w+\.webp$/, "")));
  assert.equal(names.length, pages.size * 6);
  for (const name of names) {
    const head = readFileSync(join(target, name)).toString("latin1", 8, 12);
    assert.equal(head, "WEBP", name);
  }
});
