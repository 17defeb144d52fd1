// The examples of the READMEs run as they stand, against the emulator.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { PEOPLE, startTenant } from "@archie/auth0-tenant-emulator";
import { consumer, readDocument } from "./support/consumer.mjs";
import { codeBlocks } from "./support/markdown.mjs";

/** A tenant that the environment names, and a recording of what is printed. */
async function stage(t, options) {
  const tenant = await startTenant(options);
  t.after(() => tenant.close());
  process.env.AUTH0_DOMAIN = tenant.domain;
  process.env.AUTH0_CLIENT_ID = tenant.clientId;
  process.env.AUTH0_CLIENT_SECRET = tenant.clientSecret;
  const printed = [];
  for (const method of ["log", "warn", "error"]) {
    t.mock.method(console, method, (...words) => printed.push(words.join(" ")));
  }
  return { tenant, printed };
}

/** Compiles TypeScript and imports it. */
function load(t, source) {
  const project = consumer(t, { "example.ts": source }, { noCheck: true });
  project.compile();
  return import(pathToFileURL(join(project.directory, "example.js")));
}

test("the examples of the README run, from top to bottom", async (t) => {
  const { tenant, printed } = await stage(t);
  const blocks = codeBlocks(readDocument("README.md")).filter(({ language }) => language === "ts");
  await load(t, blocks.map(({ code }) => code).join("\n"));
  assert.deepEqual(printed.slice(0, 4), ["Desktop", "Chrome 120.0.0", "Windows 10", "203.0.113.7"]);
  assert.ok(printed.includes("3 other sessions were revoked."));
  assert.ok(printed.some((line) => /^email-password ada@example.com true$/.test(line)));
  assert.ok(printed.some((line) => line.includes("/authorize?response_type=code")));
  assert.ok(printed.some((line) => /^Which one\? /.test(line)));
  assert.ok(printed.some((line) => line.startsWith("session.revoke_all")));
  assert.deepEqual([tenant.sessions(PEOPLE.ada), tenant.refreshTokens(PEOPLE.ada)], [[], []]);
});
