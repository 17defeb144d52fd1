// The examples of README and guides run unchanged, from top to bottom, against the emulator.

import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { runProgram } from "../../test-support/child.mjs";
import { consumer } from "../../test-support/consumer.mjs";
import { moduleOf, quickStartProgram } from "../../test-support/markdown.mjs";
import { readDocument } from "../../test-support/repository.mjs";
import { tenantOf } from "../../test-support/service.mjs";

const CALLBACK = "http://localhost:3000/callback";

/** What each one prints, among other things. */
const GUIDES = {
  "audit-and-tracing": [
    /^session\.revoke support\|agent-7 success 32$/m,
    /^begins$/m,
    /^is over$/m,
  ],
  configuration: [/^The tenant is ready\.$/m],
  errors: [/^Which one\? 2$/m, /^true false$/m],
  fleets: [
    /^auth0\|\w+ success $/m,
    /^nobody@example\.com error ERR_USER_NOT_FOUND$/m,
    /^grace@example\.com: medium risk$/m,
    /^2 succeeded, 1 failed$/m,
    /^linus@example\.com planned: [1-9]\d* sessions$/m,
    /^Stopped: ERR_USER_NOT_FOUND, with results: 1$/m,
    /^Attempt 1: grace@example\.com success$/m,
    /^Attempt 2: grace@example\.com skipped$/m,
    /^3 of 3, \d+ a second, \d+ ms of waiting$/m,
  ],
  "from-the-original-package": [/^4 sessions were revoked\.$/m],
  "incident-response": [
    /^email-password \w+ true$/m,
    /^block done\nsessions done\nrefreshTokens done\ngrants done\ndeviceCredentials done$/m,
    /^Works until .* blocked until: passwordReset$/m,
    /^0 sessions, 1 ways to sign in$/m,
    /^0 applications with access$/m,
  ],
  resilience: [/^5 sessions$/m],
  "scopes-and-plans": [/^Sessions can be managed\.$/m],
  "testing-without-auth0": [/^\S pass 6$/m, /^\S fail 0$/m],
};

/** Guides that tests below run, and those whose programs have tests of their own. */
const OTHERS = ["from-node-auth0", "incident-at-scale", "linking-safely", "serverless-and-proxies"];
const ELSEWHERE = ["frameworks", "runtimes-and-bundlers"];

test("every guide is run", () => {
  const known = [...Object.keys(GUIDES), ...OTHERS, ...ELSEWHERE].map((name) => `${name}.md`);
  const guides = readdirSync(new URL("../../docs/guides/", import.meta.url));
  assert.deepEqual(
    guides.filter((name) => !known.includes(name)),
    [],
  );
});

for (const [name, promises] of Object.entries(GUIDES)) {
  test(`docs/guides/${name}.md runs`, async (t) => {
    const tenant = await tenantOf(t);
    const { stdout, stderr } = await run(compiled(t, `docs/guides/${name}.md`), tenant);
    for (const promise of promises) assert.match(stdout + stderr, promise);
  });
}

test("docs/guides/from-node-auth0.md runs, both clients on one tenant", async (t) => {
  const tenant = await tenantOf(t, { https: true });
  const file = compiled(t, "docs/guides/from-node-auth0.md", ["auth0"]);
  const { stdout } = await run(file, tenant);
  assert.match(stdout, /^Chrome 120\.0\.0 Windows 10$/m);
  assert.match(stdout, /^It is gone already\.$/m);
  assert.match(stdout, /^not_linked$/m);
  assert.match(stdout, / true$/m);
  assert.match(stdout, /^0 factors were left to remove\.$/m);
  assert.deepEqual([tenant.sessions(PEOPLE.ada), tenant.refreshTokens(PEOPLE.ada)], [[], []]);
});

test("docs/guides/incident-at-scale.md runs, from the log to the report", async (t) => {
  const tenant = await tenantOf(t);
  const { ada, grace } = PEOPLE;
  const at = (hours) => new Date(Date.now() - hours * 3_600_000).toISOString();
  const ip = "203.0.113.77";
  tenant.addLog({ type: "s", user_id: PEOPLE.linus, ip: "198.51.100.1", date: at(48) });
  for (const user_id of [ada, grace, ada]) tenant.addLog({ type: "s", user_id, ip, date: at(2) });
  const file = compiled(t, "docs/guides/incident-at-scale.md");
  const { stdout } = await run(file, tenant);
  assert.match(stdout, /^2 accounts, all of them$/m);
  assert.match(stdout, /^ada@example\.com: \w+ risk, 5 sessions from 203\.0\.113\.7, /m);
  assert.match(stdout, /^planned for auth0\|\w+: user_blocked_sessions_revoked$/m);
  assert.match(stdout, /^Failed: 0$/m);
  assert.match(stdout, /^auth0\|\w+: link created$/m);
  assert.match(stdout, /^google-oauth2\|\w+: The user has no password/m);
  assert.match(stdout, /^Sessions: 7 before, 0 after$/m);
  assert.equal(tenant.user(ada).blocked, true);
});

test("the flow of docs/guides/linking-safely.md connects, refuses and disconnects", async (t) => {
  const tenant = await tenantOf(t, { callbacks: [CALLBACK] });
  const guide = await imported(t, "docs/guides/linking-safely.md", tenant);
  const { ada, grace, linus } = PEOPLE;
  const comeBack = (as) => tenant.authorize(guide.startConnecting(ada), { as });
  const mine = await comeBack(grace);
  assert.equal(await guide.finishConnecting(linus, mine), "state_invalid");
  assert.deepEqual(await guide.finishConnecting(ada, mine), ["email-password", "google-oauth2"]);
  assert.equal((await guide.disconnect(ada, grace.split("|")[1])).length, 1);
});

test("the handler of docs/guides/serverless-and-proxies.md signs out elsewhere", async (t) => {
  const tenant = await tenantOf(t, { https: true });
  const guide = await imported(t, "docs/guides/serverless-and-proxies.md", tenant);
  const { body } = await guide.handler({ sub: PEOPLE.ada, sid: "none" });
  assert.deepEqual(JSON.parse(body), { revoked: 5 });
});

test("the examples of the README run", async (t) => {
  const tenant = await tenantOf(t);
  const { stdout, stderr } = await run(compiled(t, "README.md"), tenant);
  assert.match(stdout, /^Desktop\nChrome 120\.0\.0\nWindows 10\n203\.0\.113\.7\n/);
  assert.match(stdout, /^3 other sessions were revoked\.$/m);
  assert.match(stdout, /^email-password ada@example\.com true$/m);
  assert.match(stdout, /\/authorize\?response_type=code/);
  assert.match(stderr, /^Which one\? /m);
  assert.deepEqual([tenant.sessions(PEOPLE.ada), tenant.refreshTokens(PEOPLE.ada)], [[], []]);
});

test("the quick start's program runs and shows its result", async () => {
  const { code: ended, stdout, stderr } = await runProgram(quickStartProgram());
  assert.deepEqual([ended, stderr], [0, ""]);
  assert.match(stdout, /^Chrome 120\.0\.0 on Windows 10 \(this one\)$/m);
  assert.match(stdout, /^4 other sessions were revoked\.$/m);
});

/** The TypeScript of a document as a JavaScript file, in a project of its own. */
function compiled(t, document, packages = []) {
  const sources = { "example.ts": moduleOf(readDocument(document)) };
  const project = consumer(t, sources, { noCheck: true });
  project.install(packages);
  assert.equal(project.compile(), "");
  return join(project.directory, "example.js");
}

/** The environment in which an example finds the tenant and trusts its certificate. */
function environmentOf({ domain, clientId, clientSecret, ca }, beside) {
  const authority = join(dirname(beside), "ca.pem");
  if (ca) writeFileSync(authority, ca);
  return {
    AUTH0_DOMAIN: domain,
    AUTH0_CLIENT_ID: clientId,
    AUTH0_CLIENT_SECRET: clientSecret,
    ...(ca && { NODE_EXTRA_CA_CERTS: authority }),
  };
}

/** In a separate process. */
async function run(file, tenant) {
  // Tests within the example must not report to this run.
  const env = { ...environmentOf(tenant, file), NODE_TEST_CONTEXT: undefined };
  const ended = await runProgram("await import(input);", pathToFileURL(file).href, env);
  assert.equal(ended.code, 0, ended.stderr || ended.stdout);
  return ended;
}

/** In this process, for what the example exports. */
function imported(t, document, tenant) {
  const file = compiled(t, document);
  const env = environmentOf(tenant, file);
  Object.assign(process.env, env);
  t.after(() => {
    for (const name of Object.keys(env)) delete process.env[name];
  });
  return import(pathToFileURL(file).href);
}
