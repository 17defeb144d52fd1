// Names, devices and errors as an attacker would choose them are text, and nothing in them is hidden.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, skip } from "../../test-support/browser.mjs";
import { hostileIds } from "../../test-support/hostile-ids.mjs";
import { openReport, usersOf } from "../test-support/report-page.js";
import { header } from "../test-support/report-records.js";

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

const MARKUP = [
  "</script><script>globalThis.ran = true</script>",
  "<img src=x onerror='globalThis.ran = true'>",
  "<!--<script>",
  "]]><svg onload=alert(1)>",
  "javascript:alert(1)",
  '=HYPERLINK("https://example.com")',
  "&lt;b&gt;",
  "$& $1 $`",
];
const KEYS = ["__proto__", "constructor", "toString", "hasOwnProperty", "then"];

/** One user whose every value is the same text. */
const everywhere = (text) => ({
  type: "outcome",
  result: {
    user: text,
    userId: text,
    userEmail: text,
    riskLevel: "high",
    sessionsCount: 1,
    riskSignals: [{ id: text, weight: 1, why: text }],
    providers: [text],
    devices: [text],
    countries: [text],
    addresses: [text],
    error: text,
    code: text,
    description: text,
    correlationId: text,
    effects: [{ step: text, state: text }],
  },
});

for (const text of [...MARKUP, ...KEYS]) {
  test(`${text} is shown as it is, wherever it occurs`, { skip }, async (t) => {
    const { page, problems } = await openReport(t, browser, [
      {
        ...header(text),
        tenant: text,
        options: JSON.parse(`{${JSON.stringify(text)}: ${JSON.stringify(text)}}`),
      },
      everywhere(text),
    ]);
    assert.deepEqual(await usersOf(page), [text]);
    await page.getByLabel("Provider", { exact: true }).selectOption({ label: `${text} (1)` });
    await page.locator("#table .open").click();
    const shown = await page.locator("#details").textContent();
    assert.ok(shown.split(text).length > 8, shown);
    assert.ok((await page.locator("#subtitle").textContent()).includes(`${text}: ${text}`));
    const ran = await page.evaluate(() => "ran" in globalThis || "x" in Object.prototype);
    assert.equal(ran, false);
    assert.deepEqual(problems, []);
  });
}

test("characters that cannot be seen, or that reverse text, are shown as escapes", {
  skip,
}, async (t) => {
  for (const [hostile, shown] of [
    ["gro.elpmaxe@\u202eada", "gro.elpmaxe@\\u{202E}ada"],
    ["ad\u200ba@example.com", "ad\\u{200B}a@example.com"],
    ["ada\u0000\u001b[31m\r\n", "ada\\u{0000}\\u{001B}[31m\\u{000D}\\u{000A}"],
    ["a\u00a0b\u3164c\u2028d", "a\\u{00A0}b\\u{3164}c\\u{2028}d"],
    ["\ud800x\u{e0041}\ufe0f", "\\u{D800}x\\u{E0041}\\u{FE0F}"],
    ["José 名前 اسم 😀 ok", "José 名前 اسم 😀 ok"],
  ]) {
    const { page } = await openReport(t, browser, [header("audit"), everywhere(hostile)]);
    assert.deepEqual(await usersOf(page), [shown]);
    const text = await page.locator("main").textContent();
    assert.equal(text.includes(hostile), hostile === shown);
  }
});

test("a very long value is cut, and the page stays as wide as the window", { skip }, async (t) => {
  const { page } = await openReport(t, browser, [header("audit"), everywhere("x".repeat(100_000))]);
  const [user] = await usersOf(page);
  assert.match(user, /^x{1000}… \(99000 more characters\)$/);
  await page.locator("#table .open").click();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= page.viewportSize().width);
});

test("many generated users open without an error", { skip }, async (t) => {
  const ids = hostileIds(500);
  const { page, problems } = await openReport(t, browser, [
    header("audit"),
    ...ids.map(everywhere),
  ]);
  assert.equal(await page.locator("#count").textContent(), `${ids.length} users`);
  assert.deepEqual(problems, []);
});
