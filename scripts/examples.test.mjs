// Every example runs to completion on its own, and prints what it promises.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { SESSIONS } from "@archie/auth0-tenant-emulator";
import { FRAMEWORKS } from "./lib/examples.mjs";

const directory = new URL("../examples/", import.meta.url);

/** Own sessions are listed, one is ended, another user's is not, a rate limit is passed on. */
const MY_SESSIONS = [
  /^GET: \[Chrome 120\.0\.0\], /m,
  new RegExp(`^DELETE ${SESSIONS.adaIphone}: 204$`, "m"),
  new RegExp(`^DELETE ${SESSIONS.graceTablet}: 404$`, "m"),
  /^GET: 503, again in 60 s$/m,
];

/** What each one prints, among other things. */
const PROMISES = {
  "audit-report": [
    /^somebody session\.revoke: failure \(ERR_SESSION_NOT_FOUND\)$/m,
    /^support\|agent-7 password\.ticket: success$/m,
    /sessions +│ 6 +│/,
  ],
  "bulk-revoke": [/^nobody@example\.com: error \(ERR_USER_NOT_FOUND\)$/m, /^2 of 4 users/m],
  "connect-account": [/sign in by email-password and github\./, /is refused: state_invalid\./],
  "security-report": [
    /^Risk: medium\n {2}manySessions \(2\): There are 5 sessions\.$/m,
    /^Requests for all of this: 3,/m,
  ],
  "emergency-response": [
    /^auth0\S+: medium risk, signed out, link sent; sessions left: 0$/m,
    /^google\S+: medium risk, signed out; sessions left: 0$/m,
    /low risk, none/,
  ],
  express: [...MY_SESSIONS, /^GET: the caller has gone$/m],
  fastify: [
    ...MY_SESSIONS,
    /"msg":"auth0-user-security: audit: session\.revoke success"/,
    /"msg":"the caller has gone"/,
    /^GET: 500, \{"error":"Something went wrong\."\}$/m,
    /"msg":"clientSecret or clientId was refused by Auth0/,
  ],
  "password-ticket": [/good for 60 minutes/, /none: operation_not_supported/],
  sessions: [/Chrome 120\.0\.0 on Windows 10, 203\.0\.113\.7 \(this one\)/, /^3 other sessions/m],
  "sign-in-methods": [
    /google-oauth2: katherine@gmail\.example/,
    /^The last one stays: last_method/m,
  ],
};

for (const [name, promises] of Object.entries(PROMISES)) {
  test(`node examples/${name}.mjs`, async () => {
    const { code, stdout, stderr } = await run(new URL(`${name}.mjs`, directory));
    assert.deepEqual([code, stderr], [0, ""]);
    for (const promise of promises) assert.match(stdout, promise);
    assert.match(stdout, /^The service is closed\.$/m);
  });
}

test("every example is tested: the demo has its own test, frameworks are tested where they are installed", () => {
  const entries = readdirSync(directory, { withFileTypes: true });
  const files = entries.filter((entry) => entry.name.endsWith(".mjs")).map(({ name }) => name);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const tested = [...Object.keys(PROMISES), "demo"].map((name) => `${name}.mjs`);
  assert.deepEqual(files.sort(), tested.sort());
  assert.deepEqual(folders.sort(), [...FRAMEWORKS, "dashboard-app", "demo", "support"].sort());
  for (const name of FRAMEWORKS) {
    assert.ok(existsSync(new URL(`../tests/frameworks/${name}.test.mjs`, import.meta.url)), name);
  }
});

test("examples/README.md names every example", () => {
  const readme = readFileSync(new URL("README.md", directory), "utf8");
  const names = [...Object.keys(PROMISES), "demo"].map((name) => `${name}.mjs`);
  for (const name of [...names, ...FRAMEWORKS]) assert.ok(readme.includes(`](${name})`), name);
});

/** Loaded before an example: reports when it closes its service. */
const WATCHING = `data:text/javascript,
  import { subscribe } from "node:diagnostics_channel";
  subscribe("tracing:archie:auth0-user-security:close:start", () => console.log("The service is closed."));`;

function run(file) {
  const env = { ...process.env, NO_COLOR: "1" };
  const args = ["--import", WATCHING, fileURLToPath(file)];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}
