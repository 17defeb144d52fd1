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

test("markup, formulas and names of properties are shown as they are, wherever they occur", {
  skip,
}, async (t) => {
  const texts = [...MARKUP, ...KEYS];
  const options = JSON.parse('{"__proto__": "<b>", "constructor": "</script>"}');
  const { page, problems } = await openReport(t, browser, [
    { ...header("<b>"), tenant: "</title>", options },
    ...texts.map(everywhere),
  ]);
  const head = await page.locator("header").textContent();
  for (const part of ["<b>", "</title>", "__proto__: <b>", "constructor: </script>"]) {
    assert.ok(head.includes(part), head);
  }
  for (const text of texts) {
    await page.getByLabel("Provider", { exact: true }).selectOption({ label: `${text} (1)` });
    assert.deepEqual(await usersOf(page), [text]);
    await page.locator("#table .open").click();
    const shown = await page.locator("#details").textContent();
    assert.ok(shown.split(text).length > 8, shown);
    await page.keyboard.press("Escape");
  }
  assert.equal(await page.evaluate(() => "ran" in globalThis), false);
  assert.deepEqual(problems, []);
});

const INVISIBLE = [
  ["gro.elpmaxe@\u202eada", "gro.elpmaxe@\\u{202E}ada"],
  ["ad\u200ba@example.com", "ad\\u{200B}a@example.com"],
  ["ada\u0000\u001b[31m\r\n", "ada\\u{0000}\\u{001B}[31m\\u{000D}\\u{000A}"],
  ["a\u00a0b\u3164c\u2028d", "a\\u{00A0}b\\u{3164}c\\u{2028}d"],
  ["\ud800x\u{e0041}\ufe0f", "\\u{D800}x\\u{E0041}\\u{FE0F}"],
  ["José 名前 اسم 😀 ok", "José 名前 اسم 😀 ok"],
];

test("characters that cannot be seen, or that reverse text, are shown as escapes", {
  skip,
}, async (t) => {
  const records = INVISIBLE.map(([hostile]) => everywhere(hostile));
  const { page } = await openReport(t, browser, [header("audit"), ...records]);
  assert.deepEqual(
    await usersOf(page),
    INVISIBLE.map(([, shown]) => shown),
  );
  const text = await page.locator("main").textContent();
  for (const [hostile, shown] of INVISIBLE) {
    assert.equal(text.includes(hostile), hostile === shown, shown);
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
