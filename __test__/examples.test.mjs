// Every example runs by itself to its end, and shows what it promises.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const directory = new URL("../examples/", import.meta.url);

/** What each one prints, among other things. */
const PROMISES = {
  "audit-report": [
    /^somebody session\.revoke: failure \(ERR_SESSION_NOT_FOUND\)$/m,
    /^support\|agent-7 password\.ticket: success$/m,
    /sessions +│ 6 +│/,
  ],
  "bulk-revoke": [/^nobody@example\.com: error \(ERR_USER_NOT_FOUND\)$/m, /^2 of 4 users/m],
  "connect-account": [/sign in by email-password and github\./, /is refused: state_invalid\./],
  dashboard: [/^Risk: medium$/m, /^Requests for all of this: 3,/m],
  "emergency-response": [
    /^auth0\S+: medium risk, signed out, link sent; sessions left: 0$/m,
    /^google\S+: medium risk, signed out; sessions left: 0$/m,
    /low risk, none/,
  ],
  express: [/^GET: \[Chrome 120\.0\.0\], /m, /: 204$/m, /: 404$/m],
  nestjs: [/^Ada has 5 sessions\.$/m, /LOG.*audit: session\.revoke success/, /^Ada has 4 sess/m],
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
  });
}

test("no example goes without a test; the demo has its own", () => {
  const files = readdirSync(directory).filter((name) => name.endsWith(".mjs"));
  const tested = [...Object.keys(PROMISES), "demo"].map((name) => `${name}.mjs`);
  assert.deepEqual(files.sort(), tested.sort());
});

function run(file) {
  const env = { ...process.env, NO_COLOR: "1" };
  return new Promise((resolve) => {
    execFile(process.execPath, [fileURLToPath(file)], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}
