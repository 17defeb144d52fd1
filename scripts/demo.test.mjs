// The demo runs from start to end, and changes nothing on a tenant that is not its own.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startTenant } from "@archie/auth0-tenant-emulator";
import { codeBlocks } from "../test-support/markdown.mjs";

const demo = fileURLToPath(new URL("../examples/demo.mjs", import.meta.url));

/** The output without ports, session ids and the number of requests, and with single blank lines as in the README. */
function sameInEveryRun(text) {
  return text
    .replace(/127\.0\.0\.1:\d+/, "127.0.0.1")
    .replace(/\S{12}…/g, "…")
    .replace(/Done: \d+/, "Done:")
    .replace(/\n{3}/g, "\n\n")
    .trim();
}

function runDemo(args = [], tenant = {}) {
  const { AUTH0_DOMAIN: _, AUTH0_DEMO_USER: _user, ...rest } = process.env;
  const env = { ...rest, ...tenant };
  return new Promise((resolve) => {
    execFile(process.execPath, [demo, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

test("on the embedded tenant it shows the sessions before and after revoking", async () => {
  const { code, stdout, stderr } = await runDemo();
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /▶ +Desktop +Chrome 120\.0\.0 +Windows 10 +203\.0\.113\.7/);
  assert.match(stdout, /Refused: SessionNotFoundError/);
  assert.match(stdout, /Sessions revoked: 3/);
  assert.match(stdout, /No live sessions\.\s+Refresh tokens: 0/);
});

test("the README shows what the demo prints", async () => {
  const { stdout } = await runDemo();
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const { code } = codeBlocks(readme).find(({ heading }) => heading === "What you just saw");
  assert.equal(sameInEveryRun(code), sameInEveryRun(stdout));
});

test("on the tenant of the environment it only reads", async (t) => {
  const tenant = await startTenant();
  t.after(() => tenant.close());
  const env = {
    AUTH0_DOMAIN: tenant.domain,
    AUTH0_CLIENT_ID: tenant.clientId,
    AUTH0_CLIENT_SECRET: tenant.clientSecret,
  };
  const { code, stdout } = await runDemo(["ada@example.com"], env);
  assert.equal(code, 0);
  assert.match(stdout, /Mobile Safari 17\.2/);
  const calls = tenant.requests.map(({ method, template }) => `${method} ${template}`);
  assert.deepEqual(calls, [
    "POST /oauth/token",
    "GET /api/v2/users-by-email",
    "GET /api/v2/users/{user_id}/sessions",
  ]);

  const nobody = await runDemo([], env);
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /AUTH0_DEMO_USER/);
});
